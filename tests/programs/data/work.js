// Fixture of node.sh.
'use strict';
const { Worker, isMainThread, workerData, parentPort } = require('worker_threads');
const { execFileSync, spawn } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');
const zlib = require('zlib');

let seed = 17;
function rnd(n) {
	seed = (seed * 1103515245 + 12345) % 2147483648;
	return seed % n;
}

function objects() {
	const m = new Map();
	for (let i = 0; i < 100000; i++) {
		const k = 'k' + rnd(5003);
		if (!m.has(k))
			m.set(k, []);
		m.get(k).push({ i, v: rnd(1000) });
	}
	const text = JSON.stringify([...m].sort());
	const back = JSON.parse(text);
	console.log('objects', m.size, back.length, crypto.createHash('sha1').update(text).digest('hex'));
	console.log('regex', text.replace(/"v":(\d+)/g, (_, d) => d * 2).length);
}

function buffers() {
	let sum = 0;
	for (let i = 0; i < 300; i++) {
		const b = Buffer.alloc(rnd(400000));
		b.fill(i);
		const u = Buffer.allocUnsafe(rnd(5000)).fill(1);
		sum += b.length + u.reduce((a, x) => a + x, 0) + new Float64Array(rnd(10000)).length;
	}
	console.log('buffers', sum);
	const data = Buffer.from(Array.from({ length: 300000 }, () => rnd(50)));
	const z = zlib.brotliCompressSync(zlib.gzipSync(data), { params: {
		[zlib.constants.BROTLI_PARAM_QUALITY]: 5 } });
	console.log('zlib', zlib.gunzipSync(zlib.brotliDecompressSync(z)).equals(data));
	console.log('scrypt', crypto.scryptSync('a', 'b', 16).toString('hex'));
}

function workers() {
	return Promise.all([1, 2, 3].map((n) => new Promise((resolve, reject) => {
		const w = new Worker(__filename, { workerData: n });
		w.on('message', resolve);
		w.on('error', reject);
	}))).then((r) => console.log('workers', r));
}

function children() {
	console.log('exec', execFileSync('sort', ['-r'], { input: 'a\nc\nb\n' }).toString().trim());
	return new Promise((resolve) => {
		const c = spawn(process.execPath, ['-p', '6 * 7']);
		c.stdout.on('data', (d) => console.log('spawn', d.toString().trim()));
		c.stderr.on('data', (d) => console.log('spawn stderr', d.toString()));
		c.on('close', (code) => { console.log('code', code); resolve(); });
	});
}

async function files() {
	const d = fs.mkdtempSync(path.join(os.tmpdir(), 'kmemu-node-'));
	await Promise.all(Array.from({ length: 200 }, (_, i) =>
		fs.promises.writeFile(path.join(d, 'f' + i), 'x'.repeat(i * 97))));
	const all = await Promise.all(fs.readdirSync(d).map((f) => fs.promises.readFile(path.join(d, f))));
	console.log('files', all.reduce((a, b) => a + b.length, 0));
	fs.rmSync(d, { recursive: true });
}

async function main() {
	objects();
	buffers();
	await workers();
	await children();
	await files();
	try {
		Buffer.alloc(2 ** 50);
	} catch (e) {
		console.log('too large:', e.code);
	}
}

if (isMainThread) {
	main();
} else {
	const a = Array.from({ length: 50000 }, (_, i) => String((i * workerData) % 9973));
	a.sort();
	parentPort.postMessage(a[workerData * 100] + ':' + a.length);
}

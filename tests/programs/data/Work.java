// Fixture of java.sh: threads, null checks by signal, memory outside of the heap.
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

public class Work {
	static int work(int seed) {
		Map<String, byte[]> m = new HashMap<>();
		int caught = 0;
		for (int i = 0; i < 100000; i++) {
			m.put("k" + (i * seed) % 5003, new byte[i % 3000]);
			Object none = i % 10000 == 0 ? null : m;
			try {
				none.getClass();
			} catch (NullPointerException e) {
				caught++;
			}
		}
		return m.size() + caught;
	}

	public static void main(String[] args) throws Exception {
		List<Thread> threads = new ArrayList<>();
		int[] results = new int[6];
		for (int t = 0; t < results.length; t++) {
			int n = t;
			threads.add(new Thread(() -> results[n] = work(n + 1)));
		}
		for (Thread t : threads)
			t.start();
		for (Thread t : threads)
			t.join();
		System.out.println("threads " + java.util.Arrays.toString(results));

		List<ByteBuffer> direct = new ArrayList<>();
		for (int i = 1; i < 60; i++) {
			ByteBuffer b = ByteBuffer.allocateDirect(i * 30011);
			while (b.hasRemaining())
				b.put((byte) i);
			direct.add(b);
		}
		CRC32 crc = new CRC32();
		for (ByteBuffer b : direct)
			crc.update(b.flip());
		System.out.println("direct " + crc.getValue());

		Deflater d = new Deflater(9);
		d.setInput(new byte[3000000]);
		d.finish();
		System.out.println("deflate " + d.deflate(new byte[100000]));
		d.end();
		System.exit(args.length + 4);
	}
}

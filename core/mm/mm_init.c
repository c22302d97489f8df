/*
 * mm_init.c - the zones at start (kernel: mm/mm_init.c, and the watermark
 * functions of mm/page_alloc.c): spans, watermarks, lowmem_reserve, and the
 * random place in NORMAL where memory begins. page_alloc.c has the theory.
 *
 * The formulas are the kernel's: calculate_min_free_kbytes,
 * __setup_per_zone_wmarks, setup_per_zone_lowmem_reserve. They are computed
 * from the managed frames, all of which count as free until they are used.
 *
 * zones= moves the boundaries, which are those of x86-64 by default
 * (arch/x86/mm/init.c, zone_sizes_init). frag= has the zones begin fragmented
 * (frag.c); then the memory is the machine's own when mem= does not say it, and
 * begins where the zone does, so that a seed repeats a run.
 */
#include "config/options.h"
#include "config/zones.h"
#include "core/mm/zone.h"
#include "core/os/os.h"

#define FIRST_PFN     16UL /* frame 0 is nobody's, as on every machine */

const char *zone_name(enum zone_type zone)
{
	static const char *const names[] = { "DMA", "DMA32", "Normal" };

	return names[zone];
}

/* --- set-up: spans, watermarks --- */

static unsigned long int_sqrt(unsigned long x)
{
	unsigned long r = 0, bit = 1UL << 62;

	while (bit > x)
		bit >>= 2;
	for (; bit; bit >>= 2) {
		if (x >= r + bit) {
			x -= r + bit;
			r = (r >> 1) + bit;
		} else {
			r >>= 1;
		}
	}
	return r;
}

unsigned long zone_managed(const struct zone *z)
{
	return z->end_pfn - z->start_pfn - z->holes;
}

/* Kernel: calculate_min_free_kbytes, __setup_per_zone_wmarks. */
static void setup_wmarks(void)
{
	unsigned long total = 0, min_pages, min_kb;
	int i;

	for (i = 0; i < MAX_NR_ZONES; i++)
		total += zone_managed(&zones[i]);
	min_kb = int_sqrt((total << (PAGE_SHIFT - 10)) * 16);
	min_kb = clamp(min_kb, 128UL, 262144UL);
	min_pages = min_kb >> (PAGE_SHIFT - 10);
	for (i = 0; i < MAX_NR_ZONES; i++) {
		unsigned long managed = zone_managed(&zones[i]);
		/* At most 2^16 * 2^32. */
		unsigned long min_z = total ? min_pages * managed / total : 0;
		unsigned long gap = max(min_z / 4, managed / 1000);

		zones[i].wmark[WMARK_MIN] = min_z;
		zones[i].wmark[WMARK_LOW] = min_z + gap;
		zones[i].wmark[WMARK_HIGH] = min_z + 2 * gap;
	}
}

/* Kernel: setup_per_zone_lowmem_reserve, ratios 256, 256, 32. */
static void setup_lowmem_reserve(void)
{
	static const unsigned int ratio[MAX_NR_ZONES] = { 256, 256, 32 };
	int i, j;

	for (i = 0; i < MAX_NR_ZONES; i++) {
		unsigned long above = 0;

		for (j = i + 1; j < MAX_NR_ZONES; j++) {
			above += zone_managed(&zones[j]);
			zones[i].lowmem_reserve[j] = zone_managed(&zones[i]) ? above / ratio[i] : 0;
		}
	}
}

static void zone_init(enum zone_type t, unsigned long start, unsigned long end)
{
	struct zone *z = &zones[t];
	int o;

	if (end < start)
		end = start;
	z->start_pfn = z->first_pfn = z->next_pfn = start;
	z->end_pfn = z->limit_pfn = z->top_pfn = end;
	z->held = frag_count(&z->frag, start, end);
	INIT_LIST_HEAD(&z->absent);
	for (o = 0; o < NR_PAGE_ORDERS; o++) {
		INIT_LIST_HEAD(&z->free_area[o].dirty);
		INIT_LIST_HEAD(&z->free_area[o].clean);
		INIT_LIST_HEAD(&z->free_area[o].highatomic);
	}
}

/*
 * A random section in the zone's lower half: whatever a process may need fits
 * above it, and the plan of an emulator with small addresses is tried later.
 */
static void randomize_start(struct zone *z)
{
	unsigned long sections = (z->end_pfn - z->start_pfn) / PAGES_PER_SECTION / 2;
	u64 r;

	if (sections < 16 || z->frag.percent)
		return;
	os_random(&r, sizeof(r));
	z->first_pfn = z->start_pfn + r % sections * PAGES_PER_SECTION +
		       (r >> 32) % (PAGES_PER_SECTION >> MAX_PAGE_ORDER << MAX_PAGE_ORDER);
	z->first_pfn = ALIGN_DOWN(z->first_pfn, 1UL << MAX_PAGE_ORDER);
	z->next_pfn = z->first_pfn;
}

static u64 ram_bytes(void)
{
	u64 ram = kmemu_opts.mem;

	if (!ram && zones[0].frag.percent)
		ram = os_total_ram_bytes();
	else if (!ram)
		ram = max(1UL << 40, os_total_ram_bytes() * 16);
	return min(ram, PLAN_BYTES - (EMERGENCY_FRAMES << PAGE_SHIFT));
}

/* Of what the parser has taken already. */
static void frag_setup(void)
{
	struct frag_value v;
	int i;

	if (!frag_parse(text_of(kmemu_opts.frag), &v) || !v.percent)
		return;
	for (i = 0; i < MAX_NR_ZONES; i++)
		zones[i].frag = (struct frag){ v.percent, v.seed };
}

static void zones_setup(void)
{
	unsigned long end, dma, dma32;
	struct zones_ends v;

	frag_setup();
	end = max(ram_bytes() >> PAGE_SHIFT, FIRST_PFN + 256);
	zones_parse(text_of(kmemu_opts.zones), &v);
	dma = max(v.dma >> PAGE_SHIFT, FIRST_PFN);
	dma32 = max(v.dma32 >> PAGE_SHIFT, dma);
	zone_init(ZONE_DMA, FIRST_PFN, min(end, dma));
	zone_init(ZONE_DMA32, dma, min(end, dma32));
	zone_init(ZONE_NORMAL, dma32, end);
}

void page_alloc_init(void)
{
	int o;

	zones_setup();
	randomize_start(&zones[ZONE_NORMAL]);
	setup_wmarks();
	setup_lowmem_reserve();
	for (o = 0; o < NR_PAGE_ORDERS; o++)
		INIT_LIST_HEAD(&emergency_free[o]);
	emergency_end_pfn = MAX_PLAN_PFN;
	WRITE_ONCE(emergency_low_pfn, MAX_PLAN_PFN);
}

"""Writes the C file that the gcc row compiles: 150 functions, the same always."""
import sys

BODY = """
struct node{n} {{ struct node{n} *next; long key; double weight; char tag[{tag}]; }};
static long walk{n}(struct node{n} *head, long limit)
{{
\tlong sum = {n};
\tfor (struct node{n} *at = head; at && limit-- > 0; at = at->next) {{
\t\tswitch (at->key % 7) {{
\t\tcase 0: sum += at->key * {n}; break;
\t\tcase 1: sum ^= (long)(at->weight * 3.5); break;
\t\tcase 2: sum -= at->tag[limit % {tag}]; break;
\t\tdefault: sum = sum * 31 + at->tag[0];
\t\t}}
\t}}
\treturn sum;
}}
long run{n}(long a, long b)
{{
\tstruct node{n} pool[16] = {{ 0 }};
\tfor (int i = 0; i < 16; i++) {{
\t\tpool[i].key = a * i + b;
\t\tpool[i].weight = (double)b / (i + 1);
\t\tpool[i].next = i ? &pool[i - 1] : 0;
\t}}
\treturn walk{n}(&pool[15], a % 20){call};
}}
"""

with open(sys.argv[1], "w", encoding="ascii") as out:
    for n in range(150):
        call = " + run%d(b, a)" % (n - 1) if n else ""
        out.write(BODY.format(n=n, tag=8 + n % 24, call=call))

// Fixture of ci_recipes.sh.
struct list;

struct list *list_new(void);
void list_add(struct list *l, const char *text);
unsigned int list_length(const struct list *l);
void list_free(struct list *l);

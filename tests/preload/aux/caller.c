/* Class 6: the program; links libopener.so. */
int open_hidden(void);

int main(void)
{
	return open_hidden() == 6 ? 0 : 1;
}

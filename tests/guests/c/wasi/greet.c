// A program: its arguments, a line of standard input, and an exit status.
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  char line[64];
  for (int i = 1; i < argc; i++) printf("argument %s\n", argv[i]);
  if (fgets(line, sizeof line, stdin)) printf("read %s", line);
  else puts("nothing to read");
  const char *home = getenv("HOME_OF_IT");
  fprintf(stderr, "home %s\n", home ? home : "none");
  return argc;
}

#include "core/cli/cli.h"

int main(int argc, char** argv) {
  return bypath::runCli(argc, argv);
}

// `runs note`, `tag`, `rename` and `delete`.
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "core/cli/runs_command.h"
#include "core/training/delete_run.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

struct Remark {
  std::string run, text;
  bool remove = false;
};

Result<void> isOneLine(const std::string& what, const std::string& text) {
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; }))
    return Error{ErrorKind::usage, "A " + what + " is one line of text; leave out line breaks."};
  return {};
}

Result<void> store(RunStore& run, const std::string& kind, const Remark& remark) {
  if (kind == "note") return run.setNote(remark.text);
  if (auto fit = isOneLine(kind, remark.text); !fit) return fit;
  if (kind == "name") return run.setName(remark.text);
  if (remark.text.empty()) return Error{ErrorKind::usage, "A tag cannot be empty."};
  const std::vector<std::string>& tags = run.header().tags;
  if (remark.remove && std::ranges::find(tags, remark.text) == tags.end())
    return Error{ErrorKind::usage, run.header().id + " has no tag " + remark.text + "."};
  return run.setTag(remark.text, !remark.remove);
}

void write(Cli& cli, const std::string& kind, const Remark& remark) {
  Result<RunStore> run = openRun(remark.run);
  if (!run) return cli.fail(run.error());
  if (auto done = store(*run, kind, remark); !done) return cli.fail(done.error());
  if (cli.json) cli.print(headerJson(run->header()));
}

void addRemark(CLI::App& runs, Cli& cli, const std::string& name, const std::string& kind,
               const std::string& summary, const std::string& argument, const std::string& help) {
  CLI::App* command = runs.add_subcommand(name, summary);
  auto remark = std::make_shared<Remark>();
  command->add_option("RUN", remark->run, "A run's folder, its id or a checkpoint file")->required();
  command->add_option(argument, remark->text, help)->required();
  if (kind == "tag") command->add_flag("--remove", remark->remove, "Take the tag away");
  command->callback([=, &cli] { write(cli, kind, *remark); });
}

// On a terminal a person is asked; elsewhere --yes must have been given.
Result<bool> isSure(const fs::path& folder, bool yes) {
  if (yes) return true;
  if (!isatty(STDIN_FILENO))
    return Error{ErrorKind::usage,
                 "Deleting cannot be undone; add --yes to delete the run in " + folder.string() + "."};
  std::cerr << "Delete the run in " << folder.string() << ", " << filesOfRun(folder).size()
            << " files, for good? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

void remove(Cli& cli, const std::string& run, bool yes) {
  std::error_code ignored;
  if (fs::is_regular_file(run, ignored))
    return cli.fail({ErrorKind::usage, run +
                                           " is one file of a run; give the run's folder or its id to delete "
                                           "all of it."});
  const Result<fs::path> folder = findRun(run);
  if (!folder) return cli.fail(folder.error());
  if (Result<RunStore> known = RunStore::open(*folder); !known) return cli.fail(known.error());
  const Result<bool> sure = isSure(*folder, yes);
  if (!sure) return cli.fail(sure.error());
  if (!*sure) return cli.note("Nothing was deleted.");
  const Result<bool> gone = deleteRun(*folder);
  if (!gone) return cli.fail(gone.error());
  if (cli.json) return cli.print({{"run", run}, {"folder", folder->string()}, {"folder_removed", *gone}});
  cli.note(*gone ? "Deleted " + folder->string() + "."
                 : "Deleted the run; " + folder->string() + " stays, for there is more in it.");
}

}  // namespace

void addRunsRemarks(CLI::App& runs, Cli& cli) {
  addRemark(runs, cli, "note", "note", "Write a note about a run", "TEXT", "The note; empty: none");
  addRemark(runs, cli, "tag", "tag", "Give a run a tag", "TAG", "The tag, such as baseline");
  addRemark(runs, cli, "rename", "name", "Give a run a name", "NAME", "The name, beside its id; empty: none");
}

void addRunsDelete(CLI::App& runs, Cli& cli) {
  CLI::App* command = runs.add_subcommand("delete", "Delete a run: its history, checkpoints and weights");
  auto run = std::make_shared<std::string>();
  auto yes = std::make_shared<bool>(false);
  command->add_option("RUN", *run, "A run's folder or its id")->required();
  command->add_flag("--yes", *yes, "Do not ask");
  command->callback([=, &cli] { remove(cli, *run, *yes); });
}

}  // namespace bypath

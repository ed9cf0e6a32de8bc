// Reads every #include in core/ and gui/ and fails on an arrow that the design does not have.
#include <filesystem>
#include <fstream>
#include <map>
#include <QtTest>
#include <regex>
#include <set>
#include <sstream>

namespace fs = std::filesystem;

namespace {

// Room -> rooms it may include, besides itself. What is not here is not allowed.
const std::map<std::string, std::set<std::string>> arrows = {
    {"core/base", {}},
    {"core/tensor", {"core/base"}},
    {"core/ops", {"core/tensor", "core/base"}},
    {"core/network", {"core/ops", "core/tensor", "core/base"}},
    {"core/layers", {"core/network", "core/ops", "core/tensor", "core/base"}},
    {"core/templates", {"core/layers", "core/network", "core/ops", "core/tensor", "core/base"}},
    {"core/engines", {"core/ops", "core/tensor", "core/base"}},
    {"core/engines/reference", {"core/engines", "core/ops", "core/tensor", "core/base"}},
    {"core/engines/cpu", {"core/engines", "core/ops", "core/tensor", "core/base"}},
    {"core/engines/cuda", {"core/engines", "core/ops", "core/tensor", "core/base"}},
    {"core/engines/choice",
     {"core/engines/cpu", "core/engines/cuda", "core/engines/reference", "core/engines/check", "core/engines",
      "core/ops", "core/tensor", "core/base"}},
    {"core/engines/check", {"core/engines", "core/ops", "core/tensor", "core/base"}},
    {"core/probes", {"core/ops", "core/tensor", "core/base"}},
    {"core/plan", {"core/network", "core/engines", "core/probes", "core/ops", "core/tensor", "core/base"}},
    {"core/data", {"core/tensor", "core/base"}},
    {"core/runs", {"core/probes", "core/tensor", "core/base"}},
    {"core/training",
     {"core/plan", "core/network", "core/engines", "core/probes", "core/data", "core/runs", "core/ops",
      "core/tensor", "core/base"}},
    {"core/inspection",
     {"core/training", "core/plan", "core/network", "core/engines", "core/probes", "core/runs", "core/data",
      "core/ops", "core/tensor", "core/base"}},
    {"core/experiments",
     {"core/templates", "core/layers", "core/training", "core/network", "core/runs", "core/base"}},
    {"core/exchange", {"core/plan", "core/network", "core/engines", "core/ops", "core/tensor", "core/base"}},
    {"core/cli", {"core/experiments",   "core/exchange",
                  "core/inspection",    "core/templates",
                  "core/layers",        "core/training",
                  "core/plan",          "core/network",
                  "core/engines",       "core/engines/reference",
                  "core/engines/cpu",   "core/engines/cuda",
                  "core/engines/check", "core/engines/choice",
                  "core/probes",        "core/data",
                  "core/runs",          "core/ops",
                  "core/tensor",        "core/base"}},
    {"gui/theme", {}},
    {"gui/figures", {"gui/theme", "core/base"}},
    {"gui/document", {"core/network", "core/base"}},
    {"gui/canvas",
     {"gui/document", "gui/figures", "gui/theme", "core/inspection", "core/network", "core/probes",
      "core/tensor", "core/base"}},
    {"gui/properties", {"gui/document", "gui/theme", "core/network", "core/tensor", "core/base"}},
    {"gui/dashboard",
     {"gui/document", "gui/figures", "gui/theme", "core/experiments", "core/training", "core/probes",
      "core/runs", "core/data", "core/tensor", "core/base"}},
    {"gui/inspector",
     {"gui/dashboard", "gui/document", "gui/figures", "gui/theme", "core/inspection", "core/training",
      "core/probes", "core/tensor", "core/base"}},
    {"gui/data", {"gui/document", "gui/theme", "core/data", "core/tensor", "core/base"}},
    {"gui/lessons", {"gui/document", "gui/theme", "core/network", "core/base"}},
    {"gui/queue",
     {"gui/document", "gui/theme", "core/experiments", "core/training", "core/runs", "core/network",
      "core/base"}},
    {"gui/runs",
     {"gui/document", "gui/theme", "core/experiments", "core/training", "core/runs", "core/probes",
      "core/tensor", "core/base"}},
    {"gui/exchange", {"gui/dashboard", "gui/theme", "core/exchange", "core/base"}},
    {"gui/report",
     {"gui/canvas", "gui/dashboard", "gui/document", "gui/figures", "gui/theme", "core/training",
      "core/network", "core/probes", "core/runs", "core/tensor", "core/base"}},
    {"gui/app", {"gui/exchange",        "gui/report",
                 "core/exchange",       "gui/theme",
                 "gui/figures",         "gui/document",
                 "gui/canvas",          "gui/properties",
                 "gui/dashboard",       "gui/inspector",
                 "gui/lessons",         "gui/data",
                 "gui/queue",           "gui/runs",
                 "core/experiments",    "core/inspection",
                 "core/templates",      "core/layers",
                 "core/training",       "core/plan",
                 "core/network",        "core/engines",
                 "core/engines/cpu",    "core/engines/cuda",
                 "core/engines/choice", "core/engines/reference",
                 "core/probes",         "core/data",
                 "core/runs",           "core/ops",
                 "core/tensor",         "core/base"}},
};

// The longest room that a file stands in; "" for a file outside all rooms.
std::string roomOf(const std::string& path) {
  std::string best;
  for (const auto& [room, uses] : arrows)
    if (path.starts_with(room + "/") && room.size() > best.size()) best = room;
  return best;
}

std::string readFile(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::pair<std::string, std::string>> sources() {  // path from the root, text
  const fs::path root = BYPATH_SOURCE_DIR;
  std::vector<std::pair<std::string, std::string>> all;
  for (const char* top : {"core", "gui"})
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top))
      if (std::set<fs::path>{".h", ".cpp", ".cu", ".cuh"}.contains(entry.path().extension()))
        all.emplace_back(fs::relative(entry.path(), root).string(), readFile(entry.path()));
  return all;
}

}  // namespace

class TestIncludes : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyArrowIsInTheDesign();
  void coreKnowsNoScreen();
  void onlyOneDoorToThreads();
  void filesAreSmall();
};

void TestIncludes::everyArrowIsInTheDesign() {
  const std::regex include("#include \"((core|gui)/[^\"]+)\"");
  int seen = 0;
  QStringList wrong;
  for (const auto& [path, text] : sources()) {
    const std::string room = roomOf(path);
    if (room.empty()) {
      wrong << QString::fromStdString(path + " stands in no room of the design");
      continue;
    }
    for (auto it = std::sregex_iterator(text.begin(), text.end(), include); it != std::sregex_iterator();
         ++it) {
      ++seen;
      const std::string target = roomOf((*it)[1]);
      if (target != room && !arrows.at(room).contains(target))
        wrong << QString::fromStdString(path + " includes " + (*it)[1].str() + ": " + room +
                                        " may not know " + (target.empty() ? "that" : target));
    }
  }
  QVERIFY2(wrong.isEmpty(), qPrintable("\n" + wrong.join("\n")));
  QVERIFY(seen > 100);
}

void TestIncludes::coreKnowsNoScreen() {
  const std::regex qt("#include <Q[A-Z]");
  for (const auto& [path, text] : sources())
    if (path.starts_with("core/")) QVERIFY2(!std::regex_search(text, qt), path.c_str());
}

void TestIncludes::onlyOneDoorToThreads() {
  const std::regex tbb("#include <(oneapi/)?tbb");
  for (const auto& [path, text] : sources())
    if (!path.starts_with("core/base/parallel")) QVERIFY2(!std::regex_search(text, tbb), path.c_str());
}

void TestIncludes::filesAreSmall() {
  for (const auto& [path, text] : sources()) {
    const auto lines = std::count(text.begin(), text.end(), '\n');
    QVERIFY2(lines <= 450, qPrintable(QString::fromStdString(path) + " has " + QString::number(lines) +
                                      " lines: split it by idea"));
  }
}

QTEST_GUILESS_MAIN(TestIncludes)
#include "test_includes.moc"

#include <fstream>
#include <nlohmann/json.hpp>
#include <QTemporaryDir>
#include <QtTest>
#include <random>

#include "core/network/project_file.h"

using namespace bypath;

namespace {

Project sample() {
  Project project;
  project.network.name = "a \"quoted\" name \xc3\xbc";
  Node block{
      .name = "block",
      .type = "residual_block",
      .attributes = {{"repeat", int64_t{18}}, {"epsilon", 1.001e-5}, {"branch", "free"}, {"bias", true}}};
  block.body = {{.nodes = {{.name = "x", .type = "part_input"}, {.name = "y", .type = "part_output"}},
                 .wires = {{"x", 0, "y", 0}}}};
  project.network.graph.nodes = {{.name = "input", .type = "input", .attributes = {{"shape", "32x32x3"}}},
                                 block,
                                 {.name = "odd", .type = "not_yet_invented"}};
  project.network.graph.wires = {{"input", 0, "block", 0}, {"block", 2, "odd", 31}};
  project.layout = {{"input", {0.1, -17.25}}, {"block/x", {1e-9, 3}}};
  project.training = {
      {"learning_rate", 0.1}, {"epochs", int64_t{200}}, {"momentum", 1.0}, {"data", "cifar10"}};
  return project;
}

std::string refusal(const std::string& text) {
  const Result<Project> read = projectFromText(text, "net.bypath");
  return read ? std::string("accepted") : read.error().message;
}

}  // namespace

class TestProjectFile : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void roundTrip() {
    const Project project = sample();
    const Result<Project> read = projectFromText(projectText(project), "net.bypath");
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
    QVERIFY(*read == project);
    QCOMPARE(projectText(*read), projectText(project));
  }

  void emptyProject() {
    const Result<Project> read = projectFromText(projectText({}), "net.bypath");
    QVERIFY(read.ok());
    QVERIFY(*read == Project{});
  }

  void throughAFile() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("net.bypath").toStdString();
    QVERIFY(writeProject(path, sample()).ok());
    const Result<Project> read = readProject(path);
    QVERIFY(read.ok());
    QVERIFY(*read == sample());
    QVERIFY(!readProject(folder.filePath("missing").toStdString()).ok());
    QVERIFY(!readProject(folder.path().toStdString()).ok());
    QVERIFY(!writeProject(path / "below" / "a" / "file", sample()).ok());
  }

  void refusals_data() {
    QTest::addColumn<QString>("change");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* pointer, const char* value, const char* sentence) {
      QTest::newRow(pointer) << QString(pointer) + "=" + value << sentence;
    };
    row("/format", "\"keras\"", "it is no Bypath project");
    row("/version", "2", "newer Bypath (file version 2, this program reads 1)");
    row("/version", "0", "never existed");
    row("/version", "\"1\"", "version must be a whole number");
    row("/version", "18446744073709551615", "version must be a whole number");
    row("/network", "[]", "network must be an object");
    row("/network/name", "3", "network.name must be a text");
    row("/network/graph/nodes", "{}", "network.graph.nodes must be a list");
    row("/network/graph/nodes/0", "7", "network.graph.nodes[0] must be an object");
    row("/network/graph/nodes/1/name", "null", "network.graph.nodes[1].name must be a text");
    row("/network/graph/nodes/1/attributes", "[1]", "network.graph.nodes[1].attributes");
    row("/network/graph/nodes/1/attributes/repeat", "{}", "repeat must be");
    row("/network/graph/nodes/1/body/wires/0", "[\"x\",0,\"y\"]",
        "network.graph.nodes[1].body.wires[0] must be a wire");
    row("/network/graph/nodes/1/colour", "1", "network.graph.nodes[1].colour is not known");
    row("/network/graph/wires/0", "[\"x\",-1,\"y\",0]", "out of range");
    row("/network/graph/wires/1", "[\"x\",18446744073709551615,\"y\",0]", "out of range");
    row("/layout/input", "[1]", "layout.input must be a position");
    row("/layout/input", "[null,2]", "layout.input must be a position");
    row("/layout/input", "[0,1e9]", "layout.input is farther out than 1e+06 pixels");
    row("/training", "3", "training");
    row("/weights", "3", "weights is not known");
  }

  void refusals() {
    QFETCH(QString, change);
    QFETCH(QString, sentence);
    const std::string pointer = change.section('=', 0, 0).toStdString();
    const std::string value = change.section('=', 1).toStdString();
    nlohmann::json json = nlohmann::json::parse(projectText(sample()));
    json[nlohmann::json::json_pointer(pointer)] = nlohmann::json::parse(value);
    const std::string message = refusal(json.dump());
    QVERIFY2(message.find(sentence.toStdString()) != std::string::npos, message.c_str());
    QVERIFY2(message.starts_with("net.bypath: ") && message.ends_with('.'), message.c_str());
  }

  // What refusals() has to say about one place, the salvage says while it keeps everything else.
  void salvageLeavesOutAndLists_data() {
    QTest::addColumn<QString>("change");
    QTest::addColumn<QString>("problem");
    QTest::addColumn<int>("nodes");
    QTest::addColumn<int>("wires");
    const auto row = [](const char* pointer, const char* value, const char* problem, int nodes = 3,
                        int wires = 2) {
      QTest::newRow(pointer) << QString(pointer) + "=" + value << problem << nodes << wires;
    };
    row("/network/name", "3", "network.name must be a text");
    row("/network/graph/nodes/0", "7", "network.graph.nodes[0] must be an object", 2);
    row("/network/graph/nodes/1/name", "null", "network.graph.nodes[1].name must be a text", 2);
    row("/network/graph/nodes/1/attributes", "[1]", "network.graph.nodes[1].attributes");
    row("/network/graph/nodes/1/attributes/repeat", "{}", "repeat must be");
    row("/network/graph/nodes/1/body/wires/0", "[\"x\",0,\"y\"]", "network.graph.nodes[1].body.wires[0]");
    row("/network/graph/nodes/1/colour", "1", "network.graph.nodes[1].colour is not known");
    row("/network/graph/wires", "3", "network.graph.wires must be a list", 3, 0);
    row("/network/graph/wires/0", "[\"x\",-1,\"y\",0]", "out of range", 3, 1);
    row("/layout/input", "[1]", "layout.input must be a position");
    row("/training", "3", "training must be an object");
    row("/weights", "3", "weights is not known");
  }

  void salvageLeavesOutAndLists() {
    QFETCH(QString, change);
    QFETCH(QString, problem);
    QFETCH(int, nodes);
    QFETCH(int, wires);
    const nlohmann::json::json_pointer pointer(change.section('=', 0, 0).toStdString());
    nlohmann::json json = nlohmann::json::parse(projectText(sample()));
    json[pointer] = nlohmann::json::parse(change.section('=', 1).toStdString());
    const Result<SalvagedProject> read = salvageProject(json.dump(), "net.bypath");
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
    QVERIFY(!read->whole());
    QCOMPARE(read->problems.size(), size_t{1});
    const std::string& line = read->problems[0];
    QVERIFY2(line.find(problem.toStdString()) != std::string::npos && line.ends_with('.'), line.c_str());
    QCOMPARE(int(read->project.network.graph.nodes.size()), nodes);
    QCOMPARE(int(read->project.network.graph.wires.size()), wires);
  }

  void salvageOfAWholeFile() {
    const Result<SalvagedProject> read = salvageProject(projectText(sample()), "net.bypath");
    QVERIFY(read.ok() && read->whole());
    QVERIFY(read->project == sample());
  }

  void salvageOfANewerFile() {
    nlohmann::json json = nlohmann::json::parse(projectText(sample()));
    json["version"] = 12;
    json["sound"] = "loud";
    json["network"]["graph"]["nodes"][0]["colour"] = {1, 2, 3};
    const Result<SalvagedProject> read = salvageProject(json.dump(), "net.bypath");
    QVERIFY(read.ok() && !read->whole());
    QCOMPARE(read->version, int64_t{12});
    QCOMPARE(read->problems.size(), size_t{2});
    QVERIFY(read->project == sample());
  }

  // A hostile file has no million lines to say.
  void salvageListsNoMoreThanOneCanRead() {
    nlohmann::json json = nlohmann::json::parse(projectText({}));
    for (int i = 0; i < 5000; ++i) json["network"]["graph"]["wires"].push_back(i);
    json[std::string(100'000, 'x')] = 1;
    const Result<SalvagedProject> read = salvageProject(json.dump(), "net.bypath");
    QVERIFY(read.ok());
    QCOMPARE(read->problems.size(), size_t{101});
    QCOMPARE(read->problems.back(), std::string("Left out: 4901 more."));
    for (const std::string& line : read->problems) QVERIFY(line.size() < 500);
  }

  void salvageRefusesWhatHoldsNoNetwork() {
    for (const char* text : {"", "{", "[]", "{\"format\": \"bypath-project\", \"version\": 9}",
                             "{\"format\": \"keras\", \"version\": 1, \"network\": {}}",
                             "{\"format\": \"bypath-project\", \"version\": 1, \"network\": {\"graph\": 3}}"})
      QVERIFY2(!salvageProject(text, "net.bypath").ok(), text);
  }

  void notJson() {
    for (const char* text : {"", "{", "null", "[]", "\"text\"", "{\"format\": \"bypath-project\"}",
                             "{\"format\": 3}", "\xff\xfe"})
      QVERIFY(refusal(text) != "accepted");
    QVERIFY(refusal(std::string(100'000, '[')) != "accepted");
    QVERIFY(refusal("{\"format\":\"bypath-project\",\"version\":1,\"version\":1,\"network\":{\"graph\":{"
                    "\"nodes\":[],\"wires\":[]}}}") != "accepted");
  }

  // A text that differs in one place is refused with a sentence or read as some project; never anything else.
  void mutations() {
    bool set = false;
    const int wanted = qEnvironmentVariableIntValue("BYPATH_MUTATIONS", &set), count = set ? wanted : 3000;
    const unsigned seed = qEnvironmentVariable("BYPATH_SEED", "4711").toUInt();
    qInfo("%d mutations from seed %u", count, seed);
    qint64 longest = 0;
    std::mt19937 random(seed);
    const std::string text = projectText(sample());
    for (int round = 0; round < count; ++round) {
      std::string mutant = text;
      for (unsigned edits = 1 + random() % 3; edits > 0; --edits) {
        const size_t at = random() % mutant.size();
        switch (random() % 3) {
          case 0:
            mutant[at] = static_cast<char>(random());
            break;
          case 1:
            mutant.erase(at, 1 + random() % 9);
            break;
          default:
            mutant.insert(at, mutant.substr(random() % mutant.size(), random() % 40));
        }
        if (mutant.empty()) mutant = "x";
      }
      QElapsedTimer timer;
      timer.start();
      const Result<Project> read = projectFromText(mutant, "net.bypath");
      longest = std::max(longest, timer.elapsed());
      if (!read) QVERIFY(!read.error().message.empty());
      // Whatever is read strictly is read the same way by the salvage, with nothing left out.
      const Result<SalvagedProject> salvage = salvageProject(mutant, "net.bypath");
      QCOMPARE(salvage.ok() && salvage->whole(), read.ok());
      if (read) QVERIFY(salvage->project == *read);
    }
    qInfo("the longest took %lld ms", static_cast<long long>(longest));
    QVERIFY(longest < 1000);
  }
};

QTEST_GUILESS_MAIN(TestProjectFile)
#include "test_project_file.moc"

// What a network is said to need is what it takes: random networks, each trained a step in a process of its
// own; and one that cannot fit is refused before anything is taken.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <QCoreApplication>
#include <QProcess>
#include <tuple>

#include "core/base/random.h"
#include "core/base/text.h"
#include "core/training/network_session.h"
#include "core/training/optimizer.h"
#include "tests/conformance/training_fixture.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

constexpr uint64_t seed = 20261121;
constexpr uint32_t usualNetworks = 12, allNetworks = 200;  // BYPATH_CAMPAIGN=full
constexpr uint64_t leastBytes = uint64_t{48} << 20;        // below, the process itself weighs too much

// VmRSS or VmHWM of this process, in bytes.
uint64_t memoryOf(const std::string& key) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key + ":")) return std::stoull(line.substr(key.size() + 1)) * 1024;
  return 0;
}
void forgetPeak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

struct Drawn {
  std::string text;
  NetworkSpec network;
  int64_t batch = 1;
  Mode mode = Mode::training;
};

Drawn draw(uint32_t index) {
  uint32_t draws = 0;
  const auto number = [&](uint32_t bound) {
    return uniformInteger({.seed = seed, .stream = index}, draws++, bound);
  };
  const auto oneOf = [&](std::vector<int64_t> list) {
    return list[number(static_cast<uint32_t>(list.size()))];
  };
  Drawn drawn;
  const std::string type =
      std::vector<std::string>{"resnet", "plain", "preact-resnet", "starter", "resnet-vae"}[number(5)];
  Attributes parameters;
  if (type == "resnet" || type == "plain")
    parameters = {{"depth", oneOf({8, 14, 20})}, {"width", whole(8 + number(40))}};
  if (type == "preact-resnet") parameters = {{"depth", oneOf({11, 20})}, {"width", oneOf({1, 2})}};
  if (type == "starter") parameters = {{"width", whole(4 + number(28))}, {"repeat", whole(1 + number(3))}};
  if (type == "resnet-vae")
    parameters = {{"width_divisor", oneOf({8, 16, 32})}, {"latent", whole(4 + number(60))}};
  Result<NetworkSpec> network = buildTemplate(type, parameters);
  if (!network) {
    drawn.text = type + ": " + network.error().message;
    return drawn;
  }
  drawn.network = *network;
  drawn.batch = 4 + number(12);
  drawn.text = type + " " + toJson(parameters).dump();
  return drawn;
}

Result<ExecutionPlan> planOf(const Drawn& drawn, const Engine& engine) {
  CheckedNetwork checked = check(drawn.network, layerCatalog(), {.batch = drawn.batch, .mode = drawn.mode});
  if (!checked.ok()) return Error{ErrorKind::data, summarise(checked.diagnostics)};
  return compile(std::move(checked.graph), engine, {.training = true});
}

std::vector<float> imagesOf(const Drawn& drawn) {
  return std::vector<float>(static_cast<size_t>(drawn.batch) * 32 * 32 * 3, 0.5f);
}

void trainAStep(const Drawn& drawn, Engine& engine, const std::vector<float>& images) {
  ParameterStore store = std::move(*makeStore(drawn.network, layerCatalog()));
  initialise(store, 1);
  Result<NetworkSession> session = NetworkSession::open({drawn.network, layerCatalog(), engine, store},
                                                        {.batch = drawn.batch, .gradients = true});
  if (!session) return;
  for (uint32_t step = 0; step < 2; ++step) {
    session->feed(images, {});
    session->run({.seed = 1, .step = step});
  }
}

// The child: says what network it was, what it was said to need, and what it took.
int measure(uint32_t index) {
  const auto engine = makeCpuEngine(2);
  // What every network costs once, such as threads and pages of code, is not this one's.
  const Drawn small{.text = "", .network = *buildTemplate("starter", {{"width", whole(2)}}), .batch = 2};
  trainAStep(small, *engine, imagesOf(small));
  Drawn drawn = draw(index);
  Result<ExecutionPlan> plan = planOf(drawn, *engine);
  for (; plan && plan->arenaBytes + plan->parameterBytes < leastBytes; plan = planOf(drawn, *engine))
    drawn.batch *= 2;
  if (!plan) {
    std::printf("%s: %s\n", drawn.text.c_str(), plan.error().message.c_str());
    return 1;
  }
  const uint64_t promised = plan->arenaBytes + plan->parameterBytes;
  const std::vector<float> images = imagesOf(drawn);
  const uint64_t before = memoryOf("VmRSS");
  forgetPeak();
  trainAStep(drawn, *engine, images);
  const uint64_t taken = memoryOf("VmHWM") - before;
  std::printf("%llu %llu %s, batch %lld\n", static_cast<unsigned long long>(promised),
              static_cast<unsigned long long>(taken), drawn.text.c_str(),
              static_cast<long long>(drawn.batch));
  return 0;
}

}  // namespace

class TestMemoryPromise : public QObject, private TrainingFixture {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { build(); }

  void whatIsSaidIsWhatIsTaken() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP(
        "this build has a sanitizer, which takes memory beside the network's, so that there is nothing to "
        "compare");
#endif
    const uint32_t networks = qgetenv("BYPATH_CAMPAIGN") == "full" ? allNetworks : usualNetworks;
    double worst = 0;
    for (uint32_t index = 0; index < networks; ++index) {
      QProcess child;
      child.start(QCoreApplication::applicationFilePath(), {"--measure", QString::number(index)});
      QVERIFY(child.waitForFinished(240000));
      const QByteArray said = child.readAllStandardOutput().trimmed();
      QVERIFY2(child.exitStatus() == QProcess::NormalExit && child.exitCode() == 0, said);
      const QList<QByteArray> words = said.split(' ');
      const double promised = words[0].toDouble(), taken = words[1].toDouble();
      const double off = std::abs(taken - promised) / promised;
      qInfo("%s promised, %s taken (%+.1f %%): %s", bytesText(static_cast<uint64_t>(promised)).c_str(),
            bytesText(static_cast<uint64_t>(taken)).c_str(), 100 * (taken / promised - 1),
            said.mid(words[0].size() + words[1].size() + 2).constData());
      QVERIFY2(off < 0.1, said);
      worst = std::max(worst, off);
    }
    qInfo("seed %llu, %u networks, at most %.1f %% off", static_cast<unsigned long long>(seed), networks,
          100 * worst);
  }

  // Too many activations; too many weights.
  void whatCannotFitIsRefusedBeforeItIsTaken() {
    auto engine = makeCpuEngine(1);
    QVERIFY(train(job(small_, {}, engine.get(), {{"steps", whole(1)}})).ok());
    const std::tuple<const char*, int64_t, int64_t> tooLarge[] = {{"too many activations", 512, 65536},
                                                                  {"too many weights", 65536, 1}};
    for (const auto& [what, width, batch] : tooLarge) {
      NetworkSpec network = small_;
      network.graph.find("stem_conv")->attributes["channels"] = width;
      for (const char* block : {"block1", "block2", "block3"})
        network.graph.find(block)->attributes["channels"] = width;
      const uint64_t before = memoryOf("VmRSS");
      forgetPeak();
      const fs::path at = folder("too large");
      const auto outcome = train(
          job(network, at, engine.get(), {{"batch", batch}, {"ema_decay", 0.9}, {"optimizer", "adam"s}}));
      const uint64_t taken = memoryOf("VmHWM") - before;
      QVERIFY(!outcome.ok());
      qInfo("%s: %s It had taken %s.", what, outcome.error().message.c_str(), bytesText(taken).c_str());
      QVERIFY(outcome.error().kind == ErrorKind::resources);
      QVERIFY(outcome.error().message.find("iB") != std::string::npos);
      QVERIFY(taken < uint64_t{16} << 20);
      QVERIFY(!RunStore::exists(at));
    }
  }
};

int main(int argc, char** argv) {
  if (argc == 3 && argv[1] == "--measure"s) return measure(static_cast<uint32_t>(std::stoul(argv[2])));
  const QCoreApplication app(argc, argv);
  TestMemoryPromise test;
  return QTest::qExec(&test, argc, argv);
}
#include "test_memory_promise.moc"

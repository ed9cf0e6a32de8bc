// Whole networks on one batch: every parameter's gradient by the fast engine against the reference engine's,
// which computes in double precision.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <QtTest>

#include "core/data/batch_loader.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/engines/reference/reference_engine.h"
#include "core/layers/catalog.h"
#include "core/templates/catalog.h"
#include "core/training/model.h"
#include "core/training/network_session.h"

using namespace bypath;

namespace {

constexpr int64_t batchSize = 4;
constexpr int batches = 5;

}  // namespace

class TestWholeGradient : public QObject {
  Q_OBJECT

  // One training step without the optimizer's.
  static void run(Engine& engine, const NetworkSpec& network, const Batch& batch, ParameterStore& store) {
    initialise(store, 1);
    Result<NetworkSession> session = NetworkSession::open({network, layerCatalog(), engine, store},
                                                          {.batch = batchSize, .gradients = true});
    QVERIFY2(session.ok(), session ? "" : session.error().message.c_str());
    session->feed(batch.images, batch.labels);
    session->run({.seed = 1, .step = 7});
  }

  // |g - exact| / |exact| over all parameters together.
  static double difference(const ParameterStore& seen, const ParameterStore& exact) {
    double squared = 0, scale = 0;
    for (int p = 0; p < exact.size(); ++p)
      for (size_t i = 0; i < exact.gradients(p).size(); ++i) {
        const double right = exact.gradients(p)[i];
        squared += std::pow(seen.gradients(p)[i] - right, 2);
        scale += right * right;
      }
    return std::sqrt(squared / scale);
  }

 private Q_SLOTS:
  void agrees_data() {
    QTest::addColumn<QString>("network");
    QTest::addColumn<int>("depth");
    QTest::addColumn<QString>("instructions");
    for (const std::string& set : cpuInstructionSets())
      for (const auto& [network, depth] : {std::pair("resnet", 20), {"preact-resnet", 20}})
        QTest::addRow("%s-%d, %s", network, depth, set.c_str())
            << network << depth << QString::fromStdString(set);
  }

  // Where rounding carries a value across the corner of a ReLU, that pixel's gradient changes as a whole, and
  // the gradient of the network by some thousandths, in any two implementations. Such a pixel is rare in a
  // small batch, so the median of a few batches shows the arithmetic; and none may be far off.
  void agrees() {
    QFETCH(QString, network);
    QFETCH(int, depth);
    QFETCH(QString, instructions);
    const Result<NetworkSpec> spec = buildTemplate(network.toStdString(), {{"depth", int64_t{depth}}});
    QVERIFY2(spec.ok(), spec ? "" : spec.error().message.c_str());
    const CheckedNetwork checked = check(*spec, layerCatalog());
    QVERIFY2(checked.ok(), summarise(checked.diagnostics).c_str());
    const auto data = makeShapes(batches * batchSize, 8);
    const BatchLoader loader(data, {.batch = batchSize, .normalisation = normalisationFor(checked.graph)});
    QVERIFY(restrictCpuInstructionSet(instructions.toStdString()));
    std::vector<double> differences;
    for (int b = 0; b < batches; ++b) {
      std::vector<int64_t> indices(batchSize);
      std::iota(indices.begin(), indices.end(), b * batchSize);
      Batch batch;
      loader.gather(data->train, indices, batch);
      ParameterStore fast(checked.graph.parameters), exact(checked.graph.parameters);
      run(*makeCpuEngine(2), *spec, batch, fast);
      run(*makeReferenceEngine(), *spec, batch, exact);
      if (QTest::currentTestFailed()) return;
      differences.push_back(difference(fast, exact));
    }
    restrictCpuInstructionSet("");
    std::ranges::sort(differences);
    qInfo("relative difference: median %.2g, largest %.2g", differences[batches / 2], differences.back());
    QVERIFY(differences[batches / 2] <= 1e-4);
    QVERIFY(differences.back() <= 2e-2);
  }
};

QTEST_GUILESS_MAIN(TestWholeGradient)
#include "test_whole_gradient.moc"

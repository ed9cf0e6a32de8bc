#include <numeric>
#include <QtTest>

#include "core/engines/cpu/cpu_engine.h"
#include "core/plan/profile.h"
#include "tests/core/plan/graphs.h"

using namespace bypath;

namespace {

constexpr unsigned seed = 3;

double secondsOf(const std::vector<ProfileLine>& lines) {
  return std::accumulate(lines.begin(), lines.end(), 0.0,
                         [](double sum, const ProfileLine& line) { return sum + line.seconds; });
}

}  // namespace

class TestProfile : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyStepIsMeasuredUntilItEnds() {
    const auto cpu = makeCpuEngine(2);
    const ExecutionPlan plan = compiled(residualNetwork(4, 8, 8, 3), *cpu);
    ParameterStore store = randomStore(plan.program->graph, seed);
    auto session = cpu->open(plan.program, store);
    QVERIFY(session.ok());
    for (const auto& [id, values] : randomInputs(plan.program->graph, seed, 4))
      (*session)->setInput(id, values);

    std::vector<double> seconds(plan.program->steps.size());
    (*session)->measureSteps(seconds);
    (*session)->run({.seed = seed});
    for (size_t i = 0; i < seconds.size(); ++i) {
      const OpNode& node = plan.program->graph.nodes[static_cast<size_t>(plan.program->steps[i].node)];
      QVERIFY2(node.type->alias ? seconds[i] == 0 : seconds[i] > 0, node.path.c_str());
    }
    (*session)->measureSteps({});
    const std::vector<double> before = seconds;
    (*session)->run({.seed = seed});
    QVERIFY(seconds == before);

    const auto byKernel = profile(plan, seconds, ProfileBy::kernel);
    const auto byShape = profile(plan, seconds, ProfileBy::shape);
    const double whole = std::accumulate(seconds.begin(), seconds.end(), 0.0);
    QVERIFY(std::abs(secondsOf(byKernel) - whole) < 1e-9 && std::abs(secondsOf(byShape) - whole) < 1e-9);
    QVERIFY(byShape.size() >= byKernel.size());
    for (size_t i = 1; i < byKernel.size(); ++i) QVERIFY(byKernel[i - 1].seconds >= byKernel[i].seconds);
    double multiplyAdds = 0;
    for (const ProfileLine& line : byKernel) multiplyAdds += line.multiplyAdds;
    QCOMPARE(multiplyAdds, plan.multiplyAdds);
  }

  void theReferenceEngineMeasuresToo() {
    const auto reference = makeReferenceEngine();
    const ExecutionPlan plan = compiled(residualNetwork(2, 4, 4, 1), *reference);
    ParameterStore store = randomStore(plan.program->graph, seed);
    auto session = reference->open(plan.program, store);
    QVERIFY(session.ok());
    for (const auto& [id, values] : randomInputs(plan.program->graph, seed, 4))
      (*session)->setInput(id, values);
    std::vector<double> seconds(plan.program->steps.size());
    (*session)->measureSteps(seconds);
    (*session)->run({.seed = seed});
    QVERIFY(secondsOf(profile(plan, seconds, ProfileBy::kernel)) > 0);
  }

  void theTableSaysHowMuchWasLeftOut() {
    const std::vector<ProfileLine> lines = {{.direction = "forward",
                                             .op = "conv2d",
                                             .kernel = "direct",
                                             .shapes = "",
                                             .steps = 2,
                                             .seconds = 0.2,
                                             .multiplyAdds = 1e10,
                                             .bytes = 1e9},
                                            {.direction = "forward",
                                             .op = "relu",
                                             .kernel = "spans",
                                             .shapes = "",
                                             .steps = 1,
                                             .seconds = 0.05,
                                             .multiplyAdds = 0,
                                             .bytes = 1e9}};
    const std::string text = profileTable(lines, 10, 1);
    QVERIFY2(text.find("20.000  80.0%") != std::string::npos, text.c_str());
    QVERIFY2(text.find(" 1000 ") != std::string::npos, text.c_str());  // GFLOP/s
    QVERIFY2(text.find("and 1 shorter") != std::string::npos, text.c_str());
    QCOMPARE(text.find("relu"), std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestProfile)
#include "test_profile.moc"

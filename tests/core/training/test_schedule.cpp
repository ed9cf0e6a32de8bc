#include <cmath>
#include <QtTest>

#include "core/training/schedule.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

Schedule schedule(const Attributes& settings, int64_t steps) {
  return *Schedule::fromSettings(settings, steps);
}
bool near(double a, double b) {
  return std::abs(a - b) < 1e-12;
}

}  // namespace

class TestSchedule : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void constantStaysOne() {
    const Schedule s = schedule({{"schedule", "constant"s}}, 100);
    QVERIFY(s.factor(0) == 1 && s.factor(99) == 1);
  }

  void stepFallsAsInHe2015() {
    const Schedule s = schedule({{"schedule", "step"s}, {"step_at", "0.5, 0.75"s}}, 64000);
    QVERIFY(near(s.factor(31999), 1));
    QVERIFY(near(s.factor(32000), 0.1));
    QVERIFY(near(s.factor(47999), 0.1));
    QVERIFY(near(s.factor(48000), 0.01));
    QVERIFY(near(s.factor(63999), 0.01));
  }

  void cosineFallsFromOneToNearlyZero() {
    const Schedule s = schedule({{"schedule", "cosine"s}}, 100);
    QVERIFY(near(s.factor(0), 1));
    QVERIFY(near(s.factor(50), 0.5));
    QVERIFY(near(s.factor(25), 0.5 * (1 + std::sqrt(0.5))));
    QVERIFY(s.factor(99) > 0 && s.factor(99) < 0.001);
  }

  void warmUpRisesLinearlyThenTheCosineBegins() {
    const Schedule s = schedule({{"schedule", "cosine"s}, {"warmup_steps", int64_t{4}}}, 104);
    QVERIFY(near(s.factor(0), 0.25));
    QVERIFY(near(s.factor(3), 1));
    QVERIFY(near(s.factor(4), 1));
    QVERIFY(near(s.factor(54), 0.5));
  }

  void badFractionsGetASentence() {
    for (const std::string& text : {"0.75,0.5"s, "1.5"s, "half"s, "0.5,,0.7"s, "0"s, "0.5x"s}) {
      const Result<Schedule> s = Schedule::fromSettings({{"step_at", text}}, 10);
      QVERIFY2(!s.ok(), text.c_str());
      QVERIFY(s.error().kind == ErrorKind::usage && s.error().message.find(text) != std::string::npos);
    }
    QVERIFY(Schedule::fromSettings({{"step_at", ""s}}, 10).ok());
  }
};

QTEST_GUILESS_MAIN(TestSchedule)
#include "test_schedule.moc"

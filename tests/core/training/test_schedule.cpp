#include <cmath>
#include <numbers>
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

  void inverseTimeIsTheDecayOfKeras() {
    const Schedule s = schedule({{"schedule", "inverse-time"s}, {"rate_decay", 0.01}}, 1000);
    QVERIFY(near(s.factor(0), 1));
    QVERIFY(near(s.factor(100), 0.5));
    QVERIFY(near(s.factor(900), 0.1));
    QVERIFY(near(schedule({{"schedule", "inverse-time"s}}, 10).factor(9), 1));
  }

  // OneCycleLR(max_lr=1, total_steps=100) of PyTorch: it begins at 1/25, is at 1 at step 0.3 * 100 - 1, and
  // ends at 1/25/10^4.
  void oneCycleIsThatOfPyTorch() {
    const Schedule s = schedule({{"schedule", "one-cycle"s}}, 100);
    const auto between = [](double from, double to, double share) {
      return to + (from - to) / 2 * (std::cos(std::numbers::pi * share) + 1);
    };
    QVERIFY(near(s.factor(0), 0.04));
    QVERIFY(near(s.factor(29), 1));
    QVERIFY(near(s.factor(99), 4e-6));
    for (int64_t step = 0; step < 100; ++step) {
      const auto at = static_cast<double>(step);
      QVERIFY(near(s.factor(step),
                   step <= 29 ? between(0.04, 1, at / 29) : between(1, 4e-6, (at - 29) / (99 - 29))));
    }
    QVERIFY(near(s.factor(64), 0.500002));  // half way down
    QVERIFY(near(schedule({{"schedule", "one-cycle"s}, {"cycle_peak", 0.5}}, 100).factor(49), 1));
  }

  void oneCycleOfAnyLengthStaysInItsBounds() {
    for (const double peak : {0.01, 0.3, 0.99})
      for (int64_t steps = 1; steps < 40; ++steps) {
        const Schedule s = schedule({{"schedule", "one-cycle"s}, {"cycle_peak", peak}}, steps);
        if (steps > 2) QVERIFY(near(s.factor(steps - 1), 4e-6));
        for (int64_t step = 0; step <= steps; ++step)
          QVERIFY2(s.factor(step) >= 3.99e-6 && s.factor(step) <= 1 + 1e-12,
                   (std::to_string(peak) + ", step " + std::to_string(step) + " of " + std::to_string(steps) +
                    ": " + std::to_string(s.factor(step) * 1e6) + "e-6")
                       .c_str());
      }
  }

  void plateauIsLeftToTheRun() {
    const Schedule s = schedule({{"schedule", "plateau"s}}, 100);
    QVERIFY(s.factor(0) == 1 && s.factor(99) == 1);
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

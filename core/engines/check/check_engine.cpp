#include "core/engines/check/check_engine.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace bypath {

namespace {

class CheckSession : public Session {
 public:
  // The trusted engine works on a copy of the store, refreshed before every run.
  CheckSession(std::shared_ptr<const Program> program, ParameterStore& store,
               std::unique_ptr<ParameterStore> copy, std::unique_ptr<Session> tested,
               std::unique_ptr<Session> trusted, double tolerance)
      : program_(std::move(program)),
        store_(store),
        copy_(std::move(copy)),
        tested_(std::move(tested)),
        trusted_(std::move(trusted)),
        tolerance_(tolerance) {}

  void setInput(ValueId input, std::span<const float> values) override {
    tested_->setInput(input, values);
    trusted_->setInput(input, values);
  }

  void run(const StepKey& key) override {
    for (int i = 0; i < store_.size(); ++i)
      std::ranges::copy(std::as_const(store_).values(i), copy_->values(i).begin());
    tested_->run(key);
    trusted_->run(key);
    for (int i = 0; i < store_.size(); ++i) {
      const bool trainable = store_.info(i).trainable();
      const std::span<const float> seen = trainable ? store_.gradients(i) : store_.values(i);
      const std::span<const float> right = trainable ? copy_->gradients(i) : copy_->values(i);
      compare((trainable ? "the gradient of " : "") + store_.info(i).name, seen, right);
    }
    for (const LossTerm& loss : program_->graph.losses)
      compareValue("the loss term " + loss.name, loss.value);
  }

  void read(ValueId value, std::span<float> out) const override { tested_->read(value, out); }
  double scalar(ValueId value) const override { return tested_->scalar(value); }

 private:
  void compareValue(const std::string& what, ValueId value) const {
    std::vector<float> seen(static_cast<size_t>(program_->graph.shape(value).count())), right(seen.size());
    tested_->read(value, seen);
    trusted_->read(value, right);
    compare(what, seen, right);
  }

  void compare(const std::string& what, std::span<const float> seen, std::span<const float> right) const {
    double largest = 1e-6, worst = 0;
    size_t at = 0;
    for (size_t i = 0; i < right.size(); ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(right[i])));
      const double difference = std::abs(static_cast<double>(seen[i]) - right[i]);
      if (!(difference <= worst)) {
        worst = difference;
        at = i;
      }
    }
    if (worst <= tolerance_ * largest) return;
    char numbers[128];
    std::snprintf(numbers, sizeof numbers, "%.3g against %.3g at element %zu, largest magnitude %.3g",
                  static_cast<double>(seen[at]), static_cast<double>(right[at]), at, largest);
    throw EnginesDisagree("The two engines disagree on " + what + ": " + numbers + ".");
  }

  std::shared_ptr<const Program> program_;
  ParameterStore& store_;
  std::unique_ptr<ParameterStore> copy_;
  std::unique_ptr<Session> tested_;
  std::unique_ptr<Session> trusted_;
  double tolerance_;
};

class CheckEngine : public Engine {
 public:
  CheckEngine(std::unique_ptr<Engine> tested, std::unique_ptr<Engine> trusted, double tolerance)
      : tested_(std::move(tested)), trusted_(std::move(trusted)), tolerance_(tolerance) {}

  std::string name() const override { return "check"; }
  std::string description() const override {
    return tested_->description() + ", checked against " + trusted_->description();
  }
  int threads() const override { return tested_->threads(); }
  KernelChoice choose(const OpType& type, const OpCall& call) const override {
    return tested_->choose(type, call);
  }

  Result<std::unique_ptr<Session>> open(std::shared_ptr<const Program> program,
                                        ParameterStore& store) override {
    std::vector<ParameterInfo> infos;
    infos.reserve(static_cast<size_t>(store.size()));
    for (int i = 0; i < store.size(); ++i) infos.push_back(store.info(i));
    auto copy = std::make_unique<ParameterStore>(std::move(infos));
    Result<std::unique_ptr<Session>> tested = tested_->open(program, store);
    if (!tested) return tested.error();
    Result<std::unique_ptr<Session>> trusted = trusted_->open(program, *copy);
    if (!trusted) return trusted.error();
    return std::unique_ptr<Session>(std::make_unique<CheckSession>(
        std::move(program), store, std::move(copy), std::move(*tested), std::move(*trusted), tolerance_));
  }

 private:
  std::unique_ptr<Engine> tested_;
  std::unique_ptr<Engine> trusted_;
  double tolerance_;
};

}  // namespace

std::unique_ptr<Engine> makeCheckEngine(std::unique_ptr<Engine> tested, std::unique_ptr<Engine> trusted,
                                        double tolerance) {
  return std::make_unique<CheckEngine>(std::move(tested), std::move(trusted), tolerance);
}

}  // namespace bypath

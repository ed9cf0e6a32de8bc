// RUN and, with --twin, another run to compare it with: both measured alike, on the same pictures.
//
//   TwinArguments runs;  runs.add(*command);
//   Result<std::vector<Landscape>> maps = runs.measure<Landscape>(
//       cli, "walking", [&](const TwinArguments::Part& part) { return landscape(*part.model, ...); });
#pragma once

#include <functional>

#include "core/cli/cli.h"

namespace bypath {

struct TwinArguments {
  RunArguments run;
  std::string twin;
  DataArguments data{"", ""};

  void add(CLI::App& command);
  std::vector<std::string> names() const;

  struct Part {
    const Model& model;
    Engine& engine;
    std::shared_ptr<const DataSet> data;
    std::function<bool(double)> progress;
  };
  // One answer, or two.
  template <class Answer>
  Result<std::vector<Answer>> measure(const Cli& cli, const std::string& doing,
                                      const std::function<Result<Answer>(const Part&)>& one) {
    std::vector<Answer> answers;
    Result<void> done = visit(cli, doing, [&](const Part& part) -> Result<void> {
      Result<Answer> answer = one(part);
      if (!answer) return answer.error();
      answers.push_back(std::move(*answer));
      return {};
    });
    if (!done) return done.error();
    return answers;
  }

 private:
  Result<void> visit(const Cli& cli, const std::string& doing,
                     const std::function<Result<void>(const Part&)>& one);
};

}  // namespace bypath

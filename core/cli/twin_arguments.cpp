#include "core/cli/twin_arguments.h"

namespace bypath {

void TwinArguments::add(CLI::App& command) {
  run.add(command);
  data.add(command);
  command.add_option("--twin", twin, "Another run, such as the plain twin, measured alike beside it");
}

std::vector<std::string> TwinArguments::names() const {
  return twin.empty() ? std::vector<std::string>{run.run} : std::vector<std::string>{run.run, twin};
}

Result<void> TwinArguments::visit(const Cli& cli, const std::string& doing,
                                  const std::function<Result<void>(const Part&)>& one) {
  std::vector<Model> models;
  for (const std::string& name : names()) {
    RunArguments from = run;
    from.run = name;
    Result<Model> model = from.load();
    if (!model) return model.error();
    models.push_back(std::move(*model));
  }
  data.completeFrom(models[0]);
  Result<std::shared_ptr<const DataSet>> pictures = data.open(cli);
  if (!pictures) return pictures.error();
  Result<std::unique_ptr<Engine>> engine = run.openEngine(cli);
  if (!engine) return engine.error();
  ProgressBar bar(cli);
  const auto all = static_cast<double>(models.size());
  for (size_t i = 0; i < models.size(); ++i) {
    const auto progress = [&bar, &doing, i, all](double share) {
      bar.show((static_cast<double>(i) + share) / all, doing);
      return true;
    };
    if (Result<void> done = one({models[i], **engine, *pictures, progress}); !done) return done;
  }
  return {};
}

}  // namespace bypath

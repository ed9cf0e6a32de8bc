#include "core/cli/cli.h"
#include "core/templates/catalog.h"

namespace bypath {

namespace {

void listTemplates(const Cli& cli) {
  for (const TemplateType* type : templateCatalog()) {
    if (cli.json) {
      cli.print({{"name", type->id}, {"summary", type->summary}, {"parameters", toJson(type->parameters)}});
      continue;
    }
    cli.say(type->id + "\n  " + type->summary);
    for (const AttributeDescription& parameter : type->parameters.list()) {
      std::string line = "    --set " + parameter.key + "=" + toText(parameter.fallback);
      if (line.size() < 34) line.resize(34, ' ');
      std::string choices;
      for (const std::string& choice : parameter.choices) choices += (choices.empty() ? " (" : ", ") + choice;
      cli.say(line + " " + parameter.help + (choices.empty() ? "" : choices + ")"));
    }
    cli.say("");
  }
}

}  // namespace

void addTemplatesCommand(CLI::App& app, Cli& cli) {
  CLI::App* command = app.add_subcommand("templates", "List the built-in networks and their parameters");
  command->callback([&cli] { listTemplates(cli); });
}

}  // namespace bypath

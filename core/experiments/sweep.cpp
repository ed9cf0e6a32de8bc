#include "core/experiments/sweep.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "core/network/project_file.h"

namespace bypath {

namespace {

Result<VariedKey> parseOne(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return Error{ErrorKind::usage,
                 "--vary " + text + " is not key=a,b,c; write --vary depth=8,14,20, for example."};
  VariedKey varied{.key = text.substr(0, equals), .values = {}};
  const std::string list = text.substr(equals + 1);
  const char separator = list.find(';') == std::string::npos ? ',' : ';';
  std::istringstream values(list);
  for (std::string value; std::getline(values, value, separator);) {
    if (value.empty())
      return Error{ErrorKind::usage, "--vary " + text + " has an empty value; leave out the comma."};
    if (std::ranges::find(varied.values, value) != varied.values.end())
      return Error{ErrorKind::usage,
                   std::string("--vary ").append(text).append(" has ").append(value).append(" twice.")};
    varied.values.push_back(value);
  }
  if (varied.values.empty())
    return Error{ErrorKind::usage, "--vary " + text + " has no values; write --vary " + varied.key + "=a,b."};
  return varied;
}

std::string nameOf(const std::vector<VariedKey>& varied, const SettingTexts& set, bool twin) {
  std::string name;
  for (const VariedKey& one : varied) name += (name.empty() ? "" : "_") + one.key + "-" + set.at(one.key);
  if (name.empty()) name = "run";
  return folderName(twin ? name + "_plain" : name);
}

// The next combination, the last key changing fastest; false after the last one.
bool advance(std::vector<size_t>& at, const std::vector<VariedKey>& varied) {
  for (size_t k = varied.size(); k-- > 0;) {
    if (++at[k] < varied[k].values.size()) return true;
    at[k] = 0;
  }
  return false;
}

}  // namespace

std::string stateName(ExperimentState state) {
  constexpr const char* names[] = {"waiting", "running", "stopped", "finished", "diverged", "failed"};
  return names[static_cast<size_t>(state)];
}

std::string folderName(const std::string& text) {
  constexpr size_t longest = 120;
  std::string name = text.substr(0, longest);
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-' && c != '_') c = '-';
  if (name.empty() || name[0] == '.') name.insert(0, "-");
  return name;
}

Result<std::vector<VariedKey>> parseVaried(const std::vector<std::string>& texts) {
  std::vector<VariedKey> all;
  std::set<std::string> keys;
  for (const std::string& text : texts) {
    Result<VariedKey> varied = parseOne(text);
    if (!varied) return varied.error();
    if (!keys.insert(varied->key).second)
      return Error{ErrorKind::usage, "--vary " + varied->key + " is given twice; list all values in one."};
    all.push_back(std::move(*varied));
  }
  return all;
}

Result<Sweep> combinations(const std::string& network, const SettingTexts& set,
                           const std::vector<VariedKey>& varied, bool twins) {
  constexpr size_t most = 10000;
  Sweep sweep;
  for (const VariedKey& one : varied) {
    if (set.contains(one.key))
      return Error{ErrorKind::usage,
                   one.key + " is both varied and set to " + set.at(one.key) + "; leave one of the two out."};
    sweep.columns.push_back(one.key);
  }
  if (twins) sweep.columns.emplace_back("twin");
  const std::string place =
      isProjectPath(network) ? std::filesystem::absolute(network).lexically_normal().string() : network;
  std::vector<size_t> at(varied.size());
  std::set<std::string> names;
  do {
    SettingTexts chosen = set;
    for (size_t k = 0; k < varied.size(); ++k) chosen[varied[k].key] = varied[k].values[at[k]];
    for (int twin = 0; twin <= (twins ? 1 : 0); ++twin) {
      Experiment one{.network = place, .set = chosen, .twin = twin == 1};
      const std::string base = nameOf(varied, chosen, one.twin);
      one.name = base;
      for (int number = 2; !names.insert(one.name).second; ++number)
        one.name = base + "-" + std::to_string(number);
      sweep.experiments.push_back(std::move(one));
    }
    if (sweep.experiments.size() > most)
      return Error{ErrorKind::usage, "These are more than " + std::to_string(most) +
                                         " combinations; vary fewer settings at a time."};
  } while (advance(at, varied));
  return sweep;
}

}  // namespace bypath

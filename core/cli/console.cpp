#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "core/cli/cli.h"

namespace bypath {

void Cli::print(const nlohmann::json& object) const {
  std::cout << object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n' << std::flush;
}

void Cli::say(const std::string& line) const {
  if (!json) std::cout << line << '\n' << std::flush;
}

void Cli::note(const std::string& line) const {
  if (!quiet) std::cerr << line << '\n';
}

void Cli::fail(const Error& error) {
  std::cerr << "bypath: " << error.message << '\n';
  exitCode = static_cast<int>(error.kind);
}

ProgressBar::ProgressBar(const Cli& cli) : visible_(isatty(STDERR_FILENO) && !cli.quiet && !cli.json) {}

ProgressBar::~ProgressBar() {
  clear();
}

void ProgressBar::show(double fraction, const std::string& text) {
  if (!visible_) return;
  constexpr int width = 28;
  const int full = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * width);
  std::string bar;
  for (int i = 0; i < width; ++i) bar += i < full ? "█" : "░";
  std::cerr << "\r\033[K" << bar << ' ' << text << std::flush;
  drawn_ = true;
}

void ProgressBar::clear() {
  if (drawn_) std::cerr << "\r\033[K" << std::flush;
  drawn_ = false;
}

std::string scientificText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3e", value);
  return text;
}

namespace {

size_t columnsOf(const std::string& text) {  // UTF-8 code points
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool looksNumeric(const std::string& text) {
  return text.empty() || text == "-" || text.find_first_of("0123456789") == 0 ||
         (text[0] == '-' && text.size() > 1 && std::isdigit(static_cast<unsigned char>(text[1])));
}

}  // namespace

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  std::vector<bool> numeric;
  for (const auto& row : rows)
    for (size_t c = 0; c < row.size(); ++c) {
      if (c >= widths.size()) {
        widths.push_back(0);
        numeric.push_back(true);
      }
      widths[c] = std::max(widths[c], columnsOf(row[c]));
      if (&row != &rows.front() && !looksNumeric(row[c])) numeric[c] = false;
    }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t c = 0; c < row.size(); ++c) {
      const std::string padding(widths[c] - columnsOf(row[c]), ' ');
      line += (c ? "  " : "") + (numeric[c] ? padding + row[c] : row[c] + padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace bypath

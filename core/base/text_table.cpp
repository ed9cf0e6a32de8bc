#include "core/base/text_table.h"

#include <algorithm>

namespace bypath {

namespace {

std::string escaped(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

std::string csvCell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return "\"" + escaped(text, "\"", "\"\"") + "\"";
}

std::string markdownCell(const std::string& text) {
  return escaped(escaped(text, "|", "\\|"), "\n", " ");
}

// As wide as a person sees it: UTF-8 goes on in bytes of the form 10xxxxxx.
size_t widthOf(const std::string& text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string markdownRow(const std::vector<std::string>& cells, const std::vector<size_t>& widths,
                        char padding) {
  std::string line = "|";
  for (size_t c = 0; c < cells.size(); ++c)
    line += " " + cells[c] + std::string(widths[c] - std::min(widths[c], widthOf(cells[c])), padding) + " |";
  return line + "\n";
}

}  // namespace

std::string markdownTable(const TextTable& table) {
  if (table.empty()) return {};
  TextTable rows = table;
  std::vector<size_t> widths(rows[0].size());
  for (auto& row : rows)
    for (size_t c = 0; c < row.size(); ++c) {
      row[c] = markdownCell(row[c]);
      widths[c] = std::max(widths[c], widthOf(row[c]));
    }
  std::string text =
      markdownRow(rows[0], widths, ' ') + markdownRow(std::vector<std::string>(widths.size()), widths, '-');
  for (size_t r = 1; r < rows.size(); ++r) text += markdownRow(rows[r], widths, ' ');
  return text;
}

std::string csvTable(const TextTable& table) {
  std::string text;
  for (const auto& row : table) {
    for (size_t c = 0; c < row.size(); ++c) text += (c ? "," : "") + csvCell(row[c]);
    text += "\n";
  }
  return text;
}

}  // namespace bypath

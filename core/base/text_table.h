// Tables of texts for other programs: Markdown for a note or an issue, CSV for a spreadsheet.
//
//   TextTable table = {{"depth", "loss"}, {"20", "0.31"}};   // the first row holds the titles
//   std::string text = markdownTable(table);
#pragma once

#include <string>
#include <vector>

namespace bypath {

using TextTable = std::vector<std::vector<std::string>>;  // rows of one length

std::string markdownTable(const TextTable& table);  // columns stand below each other
std::string csvTable(const TextTable& table);       // RFC 4180, with line feeds

}  // namespace bypath

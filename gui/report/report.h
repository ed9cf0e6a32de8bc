// A page about a run, before it is a file: what it says, section by section. Whoever writes HTML or PDF goes
// through this; what has no data is not in it.
#pragma once

#include <optional>
#include <QString>
#include <QStringList>
#include <utility>
#include <vector>

#include "gui/figures/figure_file.h"

namespace bypath {

struct ReportCell {
  QString text;
  bool strong = false;
};

struct ReportTable {
  QStringList header;
  std::vector<std::vector<ReportCell>> rows;
  std::vector<bool> right;  // by column: numbers stand on the right
  bool narrow = false;      // as wide as its texts, not as the page
};

// A picture, a sentence and a table, each where there is one, in this order.
struct ReportPart {
  std::optional<Figure> picture{};
  QString about{};  // what the picture is, for those who cannot see it
  QString text{};
  std::optional<ReportTable> table{};
};

struct ReportSection {
  QString id;
  QString title;
  std::vector<ReportPart> parts;
};

struct ReportFact {
  QString name;
  QString value;
};

struct Report {
  QString title;
  QString subtitle;
  QStringList tags;
  QString note;
  std::vector<ReportFact> facts;  // the few that stand at the top
  std::vector<ReportSection> sections;
};

}  // namespace bypath

// Pages of A4 filled from the top: texts, pictures and tables one below the other, each on the next page
// where this one has no room. Lengths are pixels of a screen with 96 of them to the inch.
//
//   PageFlow flow(device, "resnet");
//   flow.text("Training", {.pixels = 16, .bold = true});
//   flow.picture(figure);
#pragma once

#include <QColor>
#include <QFont>
#include <QPainter>
#include <QPdfWriter>

#include "gui/report/report.h"

namespace bypath {

struct TextLook {
  int pixels = 11;
  bool bold = false;
  QColor color{};  // none: the theme's text
};

class PageFlow {
 public:
  // `title` stands at the foot of every page.
  PageFlow(QIODevice& device, const QString& title);
  ~PageFlow();

  double width() const;
  void space(double height);
  // A new page unless there is so much room on this one.
  void keep(double height);
  // Across the page; none at its top.
  void line();
  void text(const QString& text, const TextLook& look);
  // Not larger than it is, nor than the page.
  void picture(const Figure& figure);
  double heightOf(const Figure& figure) const;
  // Its header stands again on every page.
  void table(const ReportTable& table);
  // Names small above their values, as many in a row as there is room for.
  void facts(const std::vector<ReportFact>& facts);

 private:
  struct Row {
    const std::vector<ReportCell>& cells;
    TextLook look;
    const std::vector<bool>& right;
  };
  static QFont fontOf(const TextLook& look);
  double bottom() const;
  void nextPage();
  void foot();
  std::vector<double> columnsOf(const ReportTable& table) const;
  double heightOf(const Row& row, const std::vector<double>& columns) const;
  void draw(const Row& row, const std::vector<double>& columns);

  QPdfWriter writer_;
  QPainter painter_;
  QString title_;
  double y_ = 0;
  int page_ = 1;
};

}  // namespace bypath

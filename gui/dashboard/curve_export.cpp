#include "gui/dashboard/curve_export.h"

#include <map>
#include <QPainter>

#include "gui/dashboard/curve_view.h"
#include "gui/figures/figure_file.h"

namespace bypath {

namespace {

QByteArray asCsv(const CurveView& view) {
  std::map<double, std::vector<QString>> rows;
  QByteArray header = "step";
  size_t columns = 0;
  for (const DrawnCurve& curve : view.drawn()) {
    if (curve.name.isEmpty()) continue;
    header += ',' + csvText(curve.name);
    for (const QPointF& p : curve.points) {
      std::vector<QString>& row = rows[p.x()];
      row.resize(columns + 1);
      row[columns] = QString::number(p.y(), 'g', 17);
    }
    ++columns;
  }
  QByteArray text = header + '\n';
  for (auto& [step, row] : rows) {
    row.resize(columns);
    text += QByteArray::number(qRound64(step));
    for (const QString& cell : row) text += ',' + cell.toUtf8();
    text += '\n';
  }
  return text;
}

}  // namespace

Result<void> exportCurves(CurveView& view, const QString& title, const QString& path) {
  // Into all of the paper: a view scales its scene to that.
  const auto paint = [&view](QPainter& painter) { view.render(&painter, QRectF(QPointF(), view.size())); };
  return writeFigure({view.size(), title, paint, [&view] { return asCsv(view); }}, path);
}

}  // namespace bypath

// The palette: every layer of the catalog in its groups, with a search field. Drag a layer onto the canvas,
// or press Enter (or double-click) to have it inserted after the selection.
//
//   auto* palette = new LayerPalette(editor.layers());
//   connect(palette, &LayerPalette::insertRequested, canvas, &CanvasWidget::insertLayer);
//   connect(canvas, &CanvasWidget::containerChanged, palette,
//           [=] { palette->setInsideContainer(!canvas->container().isEmpty()); });
#pragma once

#include <QWidget>

#include "core/network/layer_type.h"

class QLineEdit;
class QTreeWidget;
class QTreeWidgetItem;

namespace bypath {

class LayerPalette : public QWidget {
  Q_OBJECT
 public:
  explicit LayerPalette(const LayerCatalog& layers, QWidget* parent = nullptr);

  // Ids of the layers now shown, from top to bottom.
  QStringList visibleLayers() const;
  // Viewport position of a layer's row, scrolled into sight; for tests.
  QPoint layerPosition(const QString& id) const;
  QWidget* listViewport() const;

 public Q_SLOTS:
  // The boundary layers (part input and output) make sense inside a container only.
  void setInsideContainer(bool inside);
  void focusSearch();

 Q_SIGNALS:
  void insertRequested(const QString& layerType);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void fill();
  void fillOwn();  // what the person has saved, above all others
  QTreeWidgetItem* addGroup(const QString& title);
  void addRow(QTreeWidgetItem* head, const QString& title, const QString& id, const QString& summary,
              const QColor& colour);
  void removeCurrent();
  void filter();
  void insertCurrent();
  QTreeWidgetItem* layerItem(const QString& id) const;

  const LayerCatalog& layers_;
  QLineEdit* search_;
  QTreeWidget* list_;
  bool insideContainer_ = false;
};

}  // namespace bypath

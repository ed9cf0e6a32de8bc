#include "gui/properties/property_panel.h"

#include <QLabel>
#include <QScrollArea>
#include <QStackedLayout>
#include <QTimer>
#include <QVBoxLayout>

#include "core/network/edit_blocks.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"
#include "gui/document/texts.h"
#include "gui/properties/diagnostic_list.h"
#include "gui/properties/facts_table.h"
#include "gui/properties/node_page.h"
#include "gui/theme/theme.h"

namespace bypath {

struct PropertyPanel::State {
  DocumentEditor& editor;
  QStringList selection;
  QWidget* overview;
  QLabel* title;
  QLabel* state;
  FactsTable* totals;
  DiagnosticList* diagnostics;
  NodePage* page;
  std::vector<std::pair<QString, QString>> rows{};  // of the network
  QTimer twin{};                                    // until it is compared with its plain twin

  void refresh() {
    const bool one = selection.size() == 1 && page->show(selection[0].toStdString());
    page->setVisible(one);
    overview->setVisible(!one);
    if (one) return;
    if (selection.size() > 1)
      showSeveral();
    else
      showNetwork();
  }

  void showNetwork() {
    const CheckedNetwork& checked = editor.checked();
    const QString name = QString::fromStdString(editor.project().network.name);
    title->setText(name.isEmpty() ? tr("Network") : name);
    int layers = 0;
    for (const auto& [path, facts] : checked.nodes)
      layers += !facts.container && facts.type != typeId::partInput && facts.type != typeId::partOutput;
    rows = {{tr("Layers, all copies"), countText(layers)},
            {tr("Parameters"), countText(double(checked.parameters))},
            {tr("With statistics"), countText(double(checked.parametersTotal))},
            {tr("Multiply-adds, one image"), shortCountText(checked.multiplyAdds)}};
    showTwin();
    const bool empty = editor.project().network.graph.nodes.empty();
    if (empty)
      state->setText(tr("Nothing is drawn yet. Select a layer on the canvas to see its settings here."));
    else if (checked.ok())
      state->setText(tr("Complete: ready to train."));
    else
      state->setText(tr("Not complete yet:"));
    state->show();
    diagnostics->show(empty ? std::vector<Diagnostic>() : checked.diagnostics, true);
  }

  // What the shortcuts cost: nothing, or their projections. Checking the twin takes as long as checking the
  // network, so it is done when hands rest.
  void showTwin() {
    totals->show(rows);
    twin.start();
  }
  void compareWithTwin() {
    if (!overview->isVisible() || !selection.isEmpty() || !editor.checked().ok()) return;
    NetworkSpec plain = editor.project().network;
    if (removeShortcuts(plain) == 0) return;
    const CheckedNetwork other = check(plain, editor.layers());
    if (!other.ok()) return;
    const auto more = [](double own, double twins, const QString& text) {
      return own == twins ? tr("as many") : own > twins ? tr("%1 fewer").arg(text) : tr("%1 more").arg(text);
    };
    const CheckedNetwork& own = editor.checked();
    std::vector<std::pair<QString, QString>> all = rows;
    all.emplace_back(tr("Plain twin, parameters"),
                     more(double(own.parameters), double(other.parameters),
                          countText(std::abs(double(own.parameters - other.parameters)))));
    all.emplace_back(tr("Plain twin, multiply-adds"),
                     more(own.multiplyAdds, other.multiplyAdds,
                          shortCountText(std::abs(own.multiplyAdds - other.multiplyAdds))));
    totals->show(all);
  }

  void showSeveral() {
    title->setText(tr("%1 layers selected").arg(selection.size()));
    double parameters = 0, multiplyAdds = 0;
    for (const QString& path : selection)
      if (const NodeFacts* facts = factsOf(editor.checked(), path.toStdString())) {
        parameters += double(facts->parameters);
        multiplyAdds += facts->multiplyAdds;
      }
    totals->show(
        {{tr("Parameters"), countText(parameters)}, {tr("Multiply-adds"), shortCountText(multiplyAdds)}});
    state->hide();
    diagnostics->show({}, true);
  }
};

PropertyPanel::PropertyPanel(DocumentEditor& editor, QWidget* parent)
    : QWidget(parent),
      state_(new State{editor,
                       {},
                       new QWidget,
                       new QLabel,
                       new QLabel,
                       new FactsTable,
                       new DiagnosticList,
                       new NodePage(editor)}) {
  State& s = *state_;
  setObjectName("propertyPanel");
  auto* pages = new QWidget;
  auto* stack = new QVBoxLayout(pages);
  stack->setContentsMargins(14, 12, 14, 12);
  stack->addWidget(s.overview);
  stack->addWidget(s.page);
  auto* column = new QVBoxLayout(s.overview);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(10);
  QFont heading = font();
  heading.setPointSizeF(heading.pointSizeF() * 1.2);
  heading.setWeight(QFont::DemiBold);
  s.title->setFont(heading);
  s.title->setWordWrap(true);
  s.state->setWordWrap(true);
  column->addWidget(s.title);
  column->addWidget(s.totals);
  column->addSpacing(4);
  column->addWidget(s.state);
  column->addWidget(s.diagnostics);
  column->addStretch();

  auto* scroll = new QScrollArea(this);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setWidget(pages);
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->addWidget(scroll);

  const auto fix = [&s](const Fix& chosen) {
    const Fix mend = chosen;  // the edit replaces the diagnostics it comes from
    s.editor.apply(QString::fromStdString(mend.label),
                   [&](Project& project) { project.network = mend.apply(project.network); });
  };
  connect(s.diagnostics, &DiagnosticList::fixChosen, this, fix);
  connect(s.page, &NodePage::fixChosen, this, fix);
  connect(s.diagnostics, &DiagnosticList::nodeChosen, this, [this, &s](const QString& path) {
    const std::string drawn = drawnPath(s.editor.project().network, path.toStdString());
    if (!drawn.empty()) Q_EMIT jumpRequested(QString::fromStdString(drawn));
  });
  connect(s.page, &NodePage::renamed, this, [this](const QString& path) {
    setSelection({path});
    Q_EMIT jumpRequested(path);
  });
  s.twin.setSingleShot(true);
  s.twin.setInterval(250);
  connect(&s.twin, &QTimer::timeout, this, [&s] { s.compareWithTwin(); });
  connect(&editor, &DocumentEditor::changed, this, [&s] { s.refresh(); });
  connect(&editor, &DocumentEditor::replaced, this, [&s] { s.selection.clear(); });
  connect(&themeWatcher(), &ThemeWatcher::changed, this, [&s] { s.refresh(); });
  s.refresh();
}

PropertyPanel::~PropertyPanel() = default;

void PropertyPanel::setSelection(const QStringList& paths) {
  if (state_->selection == paths) return;
  state_->selection = paths;
  state_->refresh();
}

}  // namespace bypath

#include "gui/app/template_details.h"

#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "core/layers/catalog.h"
#include "core/templates/catalog.h"
#include "gui/app/attribute_form.h"
#include "gui/app/network_survey.h"
#include "gui/document/texts.h"
#include "gui/properties/facts_table.h"
#include "gui/theme/theme.h"

namespace bypath {

// The network as it is parameterised.
class SketchView : public QWidget {
 public:
  SketchView() {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMinimumHeight(40);
    setMaximumHeight(180);
    connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
  }
  QSize sizeHint() const override { return {320, 132}; }
  void showSketch(const NetworkSketch& sketch) {
    sketch_ = sketch;
    update();
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().border, 1));
    painter.setBrush(theme().canvas);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    paintSketch(painter, QRectF(rect()).adjusted(16, 10, -8, -10), sketch_);
  }

 private:
  NetworkSketch sketch_;
};

namespace {

constexpr int roomForPicture = 500;

QLabel* label(const char* role) {
  auto* result = new QLabel;
  result->setProperty("role", role);
  result->setWordWrap(true);
  return result;
}

// As tall as its form where there is room, and scrolling where there is not.
class FormScroll : public QScrollArea {
 public:
  FormScroll() {
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    setMinimumHeight(64);
  }
  QSize sizeHint() const override {
    return widget() ? QSize(QScrollArea::sizeHint().width(), widget()->sizeHint().height())
                    : QScrollArea::sizeHint();
  }
};

}  // namespace

TemplateDetails::TemplateDetails(QWidget* parent)
    : QFrame(parent),
      surveyor_(new Surveyor(layerCatalog(), this)),
      title_(label("heading")),
      summary_(label("muted")),
      picture_(new SketchView),
      formPlace_(new FormScroll),
      facts_(new FactsTable),
      problem_(label("error")),
      open_(new QPushButton(tr("Open in the designer"))) {
  setProperty("role", "card");
  open_->setProperty("primary", true);
  open_->setMinimumHeight(40);
  open_->setObjectName(QStringLiteral("openTemplate"));
  open_->setToolTip(tr("Enter"));
  picture_->setAccessibleName(tr("Picture of the network"));
  problem_->setObjectName(QStringLiteral("templateProblem"));
  problem_->hide();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(24, 20, 24, 20);
  column->setSpacing(8);
  column->addWidget(title_);
  column->addWidget(summary_);
  column->addSpacing(4);
  column->addWidget(picture_, 4);
  column->addSpacing(4);
  column->addWidget(formPlace_);
  column->addSpacing(4);
  column->addWidget(facts_);
  column->addWidget(problem_);
  column->addSpacing(4);
  column->addWidget(open_);
  column->addStretch(1);
  connect(surveyor_, &Surveyor::ready, this, [this](const QString& id, const NetworkSurvey& survey) {
    if (id == id_) showSurvey(survey);
  });
  connect(open_, &QPushButton::clicked, this, [this] {
    if (form_) Q_EMIT openRequested(id_, form_->attributes());
  });
}

QString TemplateDetails::problem() const {
  return problem_->isHidden() ? QString() : problem_->text();
}

void TemplateDetails::showTemplate(const QString& id) {
  const TemplateType* type = findTemplate(id.toStdString());
  if (!type) return;
  id_ = id;
  title_->setText(QString::fromStdString(type->title));
  summary_->setText(QString::fromStdString(type->summary));
  form_ = new AttributeForm(type->parameters);
  formPlace_->setWidget(form_);  // the form before goes
  formPlace_->updateGeometry();
  connect(form_, &AttributeForm::edited, this, &TemplateDetails::recount);
  recount();
}

void TemplateDetails::tabAfter(QWidget* before) {
  for (QWidget* field : form_->findChildren<QWidget*>()) {
    if (field->focusPolicy() != Qt::StrongFocus || field->focusProxy() || field->window() != window())
      continue;
    setTabOrder(before, field);
    before = field;
  }
  setTabOrder(before, open_);
}

void TemplateDetails::recount() {
  Result<NetworkSpec> network = buildTemplate(id_.toStdString(), form_->attributes());
  if (!network) return showProblem(QString::fromStdString(network.error().message));
  problem_->hide();
  facts_->setVisible(true);
  open_->setEnabled(true);
  surveyor_->begin(id_, std::move(*network));
}

void TemplateDetails::showSurvey(const NetworkSurvey& survey) {
  if (!open_->isEnabled()) return;  // of a network that the form no longer asks for
  facts_->show({{tr("Layers"), countText(static_cast<double>(survey.layers))},
                {tr("Convolution and dense layers"), countText(static_cast<double>(survey.weightLayers))},
                {tr("Parameters"), countText(static_cast<double>(survey.parameters))},
                {tr("Multiply-adds an image"), shortCountText(survey.multiplyAdds)}});
  picture_->showSketch(survey.sketch);
  picture_->setAccessibleDescription(tr("%1 layers, %2 shortcuts")
                                         .arg(countText(static_cast<double>(survey.sketch.layers())),
                                              countText(static_cast<double>(survey.sketch.arcs()))));
  // It may be opened all the same: the designer offers what mends it.
  problem_->setText(survey.problem);
  problem_->setVisible(!survey.problem.isEmpty());
}

void TemplateDetails::showProblem(const QString& sentence) {
  problem_->setText(sentence);
  problem_->show();
  facts_->hide();
  picture_->showSketch({});
  picture_->setAccessibleDescription({});
  open_->setEnabled(false);
}

void TemplateDetails::keyPressEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Return && event->key() != Qt::Key_Enter) return QFrame::keyPressEvent(event);
  open_->click();
}

// Where there is little room, the form has it; the card beside it shows the network, too.
void TemplateDetails::resizeEvent(QResizeEvent* event) {
  QFrame::resizeEvent(event);
  picture_->setVisible(height() >= roomForPicture);
}

}  // namespace bypath

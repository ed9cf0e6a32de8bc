#include "gui/dashboard/predictions_view.h"

#include <algorithm>
#include <numeric>
#include <QPainter>

#include "gui/dashboard/frame_image.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int margin = 16;
constexpr int gap = 8;
constexpr int cardWidth = 228;
constexpr int cardHeight = 92;
constexpr int picture = 64;
constexpr size_t guessesShown = 3;

}  // namespace

PredictionsView::PredictionsView(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void PredictionsView::setPredictions(const std::vector<FramePrediction>& predictions,
                                     const std::vector<std::string>& classes) {
  const auto className = [&](int index) {
    return index >= 0 && index < static_cast<int>(classes.size())
               ? QString::fromStdString(classes[static_cast<size_t>(index)])
               : tr("class %1").arg(index);
  };
  cards_.clear();
  for (const FramePrediction& p : predictions) {
    Card card{toImage(p.image), className(p.label), p.label == p.predicted, {}};
    std::vector<int> order(p.probabilities.size());
    std::iota(order.begin(), order.end(), 0);
    const size_t shown = std::min(guessesShown, order.size());
    std::partial_sort(
        order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(), [&](int a, int b) {
          return p.probabilities[static_cast<size_t>(a)] > p.probabilities[static_cast<size_t>(b)];
        });
    for (size_t i = 0; i < shown; ++i)
      card.guesses.push_back(
          {className(order[i]), p.probabilities[static_cast<size_t>(order[i])], order[i] == p.label});
    cards_.push_back(std::move(card));
  }
  setMinimumHeight(heightForWidth(width()));
  updateGeometry();
  update();
}

int PredictionsView::correct() const {
  return static_cast<int>(std::count_if(cards_.begin(), cards_.end(), [](const Card& c) { return c.right; }));
}

int PredictionsView::columns(int width) const {
  return std::max(1, (width - 2 * margin + gap) / (cardWidth + gap));
}

int PredictionsView::heightForWidth(int width) const {
  const int perLine = columns(width);
  const int lines = (count() + perLine - 1) / perLine;
  return margin + lines * (cardHeight + gap);
}

void PredictionsView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  QFont small = font();
  small.setPointSizeF(8.5);
  painter.setFont(small);
  const int perLine = columns(width());
  for (int i = 0; i < count(); ++i) {
    const QRect frame(margin + i % perLine * (cardWidth + gap), margin / 2 + i / perLine * (cardHeight + gap),
                      cardWidth, cardHeight);
    paintCard(painter, frame, cards_[static_cast<size_t>(i)]);
  }
}

void PredictionsView::paintCard(QPainter& painter, const QRect& frame, const Card& card) const {
  const Theme& t = theme();
  painter.setPen(t.border);
  painter.setBrush(t.panelRaised);
  painter.drawRoundedRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  painter.drawImage(QRect(frame.left() + 10, frame.top() + (cardHeight - picture) / 2, picture, picture),
                    card.image);

  const QFontMetrics metrics(painter.font());
  const int left = frame.left() + picture + 20;
  const int width = frame.right() - 10 - left;
  int y = frame.top() + 8;
  themedIcon(card.right ? QStringLiteral("check") : QStringLiteral("close"),
             card.right ? &Theme::good : &Theme::error)
      .paint(&painter, QRect(left + width - 14, y + 1, 14, 14));
  painter.setPen(t.text);
  QFont bold = painter.font();
  bold.setWeight(QFont::DemiBold);
  const QFont plain = painter.font();
  painter.setFont(bold);
  painter.drawText(QRect(left, y, width - 18, 18), Qt::AlignLeft | Qt::AlignVCenter,
                   QFontMetrics(bold).elidedText(card.label, Qt::ElideRight, width - 18));
  painter.setFont(plain);
  y += 20;
  for (const Guess& guess : card.guesses) {
    const QString percent = QStringLiteral("%1 %").arg(qRound(guess.probability * 100));
    painter.setPen(t.textMuted);
    painter.drawText(QRect(left, y, width - 36, 14), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(guess.name, Qt::ElideRight, width - 40));
    painter.drawText(QRect(left, y, width, 14), Qt::AlignRight | Qt::AlignVCenter, percent);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.border);
    painter.drawRoundedRect(QRectF(left, y + 15, width, 3), 1.5, 1.5);
    painter.setBrush(guess.right ? t.good : t.textMuted);
    painter.drawRoundedRect(QRectF(left, y + 15, std::max(3.0, width * guess.probability), 3), 1.5, 1.5);
    y += 20;
  }
}

void PredictionsView::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  setMinimumHeight(heightForWidth(width()));
}

}  // namespace bypath

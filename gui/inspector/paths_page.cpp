#include "gui/inspector/paths_page.h"

#include <algorithm>
#include <functional>
#include <QCheckBox>
#include <QComboBox>
#include <QLocale>

#include "gui/inspector/unravelled_view.h"
#include "gui/inspector/value_bars.h"

namespace bypath {

namespace {

constexpr int64_t drawn = 4;
constexpr double exact = 1e-5;  // float32 sums of thousands of values are not closer than about 1e-6

// "4.5e-6": the shortest way to write it.
QString shortText(double value, int digits) {
  QString text = QString::number(value, 'g', digits);
  return text.replace(QStringLiteral("e-0"), QStringLiteral("e-"))
      .replace(QStringLiteral("e+0"), QStringLiteral("e+"));
}

QString countText(double count) {
  constexpr double readable = 1e9;
  return count < readable ? QLocale().toString(qRound64(count)) : shortText(count, 3);
}

QString readingOf(const PathLength& one, size_t blocks, bool sampled) {
  const QString paths =
      one.paths == 1 ? PathsPage::tr("1 path") : PathsPage::tr("%1 paths").arg(countText(one.paths));
  QString text = PathsPage::tr("Length %1 of %2, %3: norm of the sum %4, %5 % of all.")
                     .arg(one.length)
                     .arg(blocks)
                     .arg(paths, shortText(one.norm, 3), QString::number(one.share * 100, 'f', 1));
  if (sampled)
    text += QLatin1Char(' ') + PathsPage::tr("Drawn: %1 for one path, %2 for all.")
                                   .arg(shortText(one.pathNorm, 3), shortText(one.sampledNorm, 3));
  return text;
}

// The fewest neighbouring lengths that hold nine tenths of the norms, as first and last.
std::pair<int, int> heaviest(const std::vector<PathLength>& lengths) {
  constexpr double most = 0.9;
  std::pair<int, int> best{0, static_cast<int>(lengths.size()) - 1};
  for (size_t first = 0; first < lengths.size(); ++first) {
    double sum = 0;
    for (size_t last = first; last < lengths.size(); ++last) {
      sum += lengths[last].share;
      if (sum < most) continue;
      const std::pair<int, int> found{lengths[first].length, lengths[last].length};
      if (found.second - found.first < best.second - best.first) best = found;
      break;
    }
  }
  return best;
}

QString captionOf(const PathLengths& paths, const QString& source) {
  const auto [first, last] = heaviest(paths.lengths);
  const size_t blocks = paths.blocks.size();
  const QString where = first == last ? PathsPage::tr("Length %1 of %2 carries 90 % of the norms (%3).")
                                            .arg(first)
                                            .arg(blocks)
                                            .arg(source)
                                      : PathsPage::tr("Lengths %1 to %2 of %3 carry 90 % of the norms (%4).")
                                            .arg(first)
                                            .arg(last)
                                            .arg(blocks)
                                            .arg(source);
  return where + QLatin1Char(' ') +
         PathsPage::tr(
             "In a residual network short paths carry most of the gradient (Veit 2016: 5 to 17 of "
             "54); in a plain one all of it takes the one longest path.");
}

// How few paths hold half of the gradient, and the largest.
QString captionOf(const Unravelled& every, const QString& source) {
  std::vector<double> shares;
  for (const GradientPath& path : every.paths) shares.push_back(path.share);
  std::ranges::sort(shares, std::greater());
  constexpr double half = 0.5;
  size_t fewest = 0;
  for (double sum = 0; fewest < shares.size() && sum < half; ++fewest) sum += shares[fewest];
  const QString carried = fewest == 1 ? PathsPage::tr("One of %1 paths carries half of the gradient (%2).")
                                            .arg(every.paths.size())
                                            .arg(source)
                                      : PathsPage::tr("%1 of %2 paths carry half of the gradient (%3).")
                                            .arg(fewest)
                                            .arg(every.paths.size())
                                            .arg(source);
  return carried + QLatin1Char(' ') +
         PathsPage::tr(
             "A residual network is all these networks at once (Veit 2016); in a plain one only "
             "the path through every branch is left.");
}

}  // namespace

PathsPage::PathsPage(QWidget* parent)
    : BarsPage({.icon = QStringLiteral("layout"),
                .verb = tr("Sum by path length"),
                .title = tr("Nothing summed yet"),
                .text = tr("Reads a run's last checkpoint and adds up the gradient of one batch by how many "
                           "branches it came through."),
                .busy = tr("Following paths"),
                .file = QStringLiteral("path-lengths")},
               parent),
      sample_(new QCheckBox(tr("Sample %1 paths a length").arg(drawn))),
      logarithmic_(new QCheckBox(tr("Logarithmic"))),
      view_(new QComboBox),
      order_(new QComboBox),
      unravelled_(new UnravelledView) {
  sample_->setToolTip(
      tr("Also the estimate of Veit 2016: the norm of single paths drawn at random, times their number. It "
         "counts paths as if they never cancelled; drawing takes longer than the sum"));
  logarithmic_->setToolTip(tr("The axis of the norms in powers of ten"));
  addOption(sample_);
  addOption(logarithmic_);
  bars()->setAccessibleName(tr("Gradient norm by path length"));
  view_->addItems({tr("Bars"), tr("Unravelled")});
  view_->setAccessibleName(tr("How the paths are shown"));
  view_->setToolTip(tr("Sums by length as bars, or every single path, of a network of up to %1 blocks")
                        .arg(mostUnravelledBlocks));
  order_->addItems({tr("By length"), tr("By share"), tr("By norm")});
  order_->setAccessibleName(tr("Order of the paths"));
  order_->setToolTip(tr("Share: how much a path adds to the whole gradient, its projection on that"));
  addView(view_);
  addView(order_);
  addChart(unravelled_, tr("Point at a path, or use the arrow keys, to read it."));
  connect(logarithmic_, &QCheckBox::toggled, bars(), &ValueBars::setLogarithmic);
  connect(view_, &QComboBox::currentIndexChanged, this, &PathsPage::draw);
  connect(order_, &QComboBox::currentIndexChanged, this,
          [this](int index) { unravelled_->sortBy(static_cast<UnravelledView::Order>(index)); });
  order_->hide();
}

int64_t PathsPage::samples() const {
  return sample_->isChecked() ? drawn : 0;
}

void PathsPage::setPaths(const PathLengths& paths, const QString& source,
                         const std::optional<Unravelled>& every) {
  paths_ = paths;
  every_ = every;
  source_ = source;
  if (paths.lengths.empty())
    return showEmpty(tr("No residual blocks"),
                     tr("No residual blocks stand one after another in this network, so its gradient has one "
                        "way only. Choose a run of a residual network above, or of its plain twin."));
  drawBars();
  drawEvery();
  draw();
}

void PathsPage::drawBars() {
  const bool sampled =
      std::ranges::any_of(paths_.lengths, [](const PathLength& one) { return one.sampledNorm > 0; });
  std::vector<ValueBar> shown;
  for (const PathLength& one : paths_.lengths)
    shown.push_back({QString::number(one.length), one.norm, sampled ? one.sampledNorm : NAN,
                     readingOf(one, paths_.blocks.size(), sampled)});
  QStringList legend{tr("norm of the sum of all paths of a length, by branches on the way")};
  if (sampled) legend << tr("drawn paths times their number");
  bars()->setLegend(legend);
  bars()->setBars(std::move(shown));
}

void PathsPage::drawEvery() {
  if (every_)
    unravelled_->setPaths(*every_);
  else
    unravelled_->setNothing(
        tr("This picture is for up to %1 blocks; this network has %2: the bars show all of its paths.")
            .arg(mostUnravelledBlocks)
            .arg(paths_.blocks.size()));
}

// What is said of the view in sight.
void PathsPage::draw() {
  const bool single = view_->currentIndex() == 1, judged = single && every_;
  showChart(single ? static_cast<ReadableChart*>(unravelled_) : bars());
  order_->setVisible(judged);
  keepRoomForReading(judged ? 3 : 2);
  logarithmic_->setEnabled(!single);
  if (paths_.lengths.empty()) return;
  const double difference = judged ? every_->sumRelativeError : paths_.sumRelativeError;
  const QString error = shortText(difference, 2);
  if (difference <= exact)
    setVerdict(judged ? tr("The sum of all %1 paths equals the ordinary gradient to %2.")
                            .arg(every_->paths.size())
                            .arg(error)
                      : tr("The sum over all lengths equals the ordinary gradient to %1.").arg(error),
               QStringLiteral("check"), &Theme::good);
  else
    setVerdict(
        tr("The sum over all lengths differs from the ordinary gradient by %1 of its norm: do not rely "
           "on what is shown.")
            .arg(error),
        QStringLiteral("warning"), &Theme::warning);
  showResult(judged ? captionOf(*every_, source_) : captionOf(paths_, source_));
}

}  // namespace bypath

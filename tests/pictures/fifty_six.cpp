// Makes the pictures of the manual's page "Fifty-six layers" from four runs: a ResNet-56 and its plain twin
// at the end of their training, and the two with their looks inside (probe_every).
//
//   cmake --build build --target fifty_six
//   fifty_six OUT RESNET PLAIN RESNET_WATCHED PLAIN_WATCHED [flow|strips|paths|lesions|shattering|landscape
//   ...]
#include <cstdio>
#include <QApplication>
#include <QCheckBox>
#include <QDir>

#include "core/inspection/shattered.h"
#include "core/layers/catalog.h"
#include "core/runs/run_store.h"
#include "gui/app/opened_run.h"
#include "gui/canvas/canvas_view.h"
#include "gui/dashboard/run_curves.h"
#include "gui/inspector/landscape_page.h"
#include "gui/inspector/lesion_page.h"
#include "gui/inspector/paths_page.h"
#include "gui/inspector/shattered_page.h"
#include "gui/inspector/strip_chart.h"
#include "gui/inspector/twins_page.h"
#include "gui/inspector/value_bars.h"
#include "gui/inspector/value_lines.h"

using namespace bypath;

namespace {

constexpr QSize bars(900, 320), wide(1000, 420);
constexpr const char* names[] = {"ResNet-56", "plain-56"};

QString out;

// Every failure ends the program: half a set of pictures is none.
template <class T>
T need(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}
void need(const Result<void>& result) {
  if (result) return;
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}

QString file(const char* name) {
  return QDir(out).filePath(QLatin1String(name));
}

void show(QWidget& page, QSize size) {
  page.resize(size);
  page.show();
  QApplication::processEvents();
}

OpenedRun opened(const char* folder, DataShelf& shelf) {
  return need(openRun({folder, &layerCatalog(), &shelf}));
}

void drawPaths(const OpenedRun& run) {
  PathsPage page;
  const PathLengths paths = need(gradientByPathLength(run.model, *run.engine, layerCatalog(),
                                                      {.data = run.data}, {.samples = 4, .seed = 1}));
  page.setPaths(paths, {});
  page.logarithmicBox()->setChecked(true);
  show(page, bars);
  need(page.bars()->exportTo(file("fifty-six-drawn-paths.png"),
                             "ResNet-56: all paths of a length summed, and single ones times their number"));
  PathLengths summed = paths;
  for (PathLength& one : summed.lengths) one.pathNorm = one.sampledNorm = 0;
  page.logarithmicBox()->setChecked(false);
  page.setPaths(summed, {});
  QApplication::processEvents();
  need(page.bars()->exportTo(file("fifty-six-paths.png"),
                             "ResNet-56: the gradient by the length of its path"));
}

void drawLesions(const OpenedRun& run) {
  LesionPage page;
  page.setLesions(need(lesion(run.model, *run.engine, layerCatalog(), {.data = run.data, .limit = 1000})),
                  {});
  show(page, bars);
  need(page.bars()->exportTo(file("fifty-six-lesions.png"),
                             "ResNet-56: change of accuracy without each of its blocks, in points"));
}

void drawLandscapes(const OpenedRun (&runs)[2]) {
  LandscapePage page;
  std::vector<MapPicture> maps;
  for (int i = 0; i < 2; ++i)
    maps.push_back({names[i], need(landscape(runs[i].model, *runs[i].engine, layerCatalog(),
                                             {.data = runs[i].data, .limit = 200, .points = 21}))});
  page.setLandscapes(maps);
  show(page, wide);
  need(page.map()->exportTo(file("fifty-six-landscape.png"), "The loss around the weights"));
}

void drawShattered(const OpenedRun (&runs)[2]) {
  ShatteredPage page;
  std::vector<NamedShattered> both;
  for (int i = 0; i < 2; ++i)
    both.push_back({names[i], need(shatteredGradients(runs[i].model, *runs[i].engine, layerCatalog(),
                                                      {.data = runs[i].data}))});
  page.setShattered(both);
  show(page, bars);
  need(page.lines()->exportTo(file("fifty-six-shattering.png"),
                              "Autocorrelation of the gradient along a line of images"));
}

std::vector<ProbeRecord> looks(const char* folder) {
  return need(need(RunStore::open(folder)).probes());
}

void drawStrips(const std::vector<ProbeRecord>& first, const std::vector<ProbeRecord>& second) {
  TwinsPage page;
  page.setRecords({names[0], first}, {names[1], second});
  page.resize(1100, 860);  // every row
  page.show();
  for (const char* quantity : {"gradient", "update"}) {
    const int index = page.quantityBox()->findData(QString::fromLatin1(quantity));
    if (index < 0) std::exit(1);
    page.quantityBox()->setCurrentIndex(index);
    QApplication::processEvents();
    need(page.exportTo(file(qPrintable(QStringLiteral("fifty-six-%1.png").arg(quantity))),
                       page.quantityBox()->currentText()));
  }
}

void drawFlow(const OpenedRun& run, const ProbeRecord& record) {
  DocumentEditor editor(layerCatalog());
  editor.start(run.model.project);
  CanvasWidget canvas(editor);
  show(canvas, wide);
  canvas.showFlow(record);
  need(canvas.exportFigure(file("fifty-six-flow.png")));
}

}  // namespace

int main(int argc, char** argv) {
  QApplication app(argc, argv);
  applyTheme(app, ThemeChoice::light);
  if (argc < 6) {
    std::fprintf(stderr, "fifty_six OUT RESNET PLAIN RESNET_WATCHED PLAIN_WATCHED [PICTURES]\n");
    return 2;
  }
  const QStringList only = QApplication::arguments().mid(6);
  const auto wanted = [&](const char* name) { return only.isEmpty() || only.contains(QLatin1String(name)); };
  out = QString::fromLocal8Bit(argv[1]);
  DataShelf shelf;
  const OpenedRun runs[2] = {opened(argv[2], shelf), opened(argv[3], shelf)};
  const OpenedRun watched = opened(argv[4], shelf);
  const std::vector<ProbeRecord> first = looks(argv[4]), second = looks(argv[5]);
  if (wanted("flow")) drawFlow(watched, first.back());
  if (wanted("strips")) drawStrips(first, second);
  if (wanted("paths")) drawPaths(runs[0]);
  if (wanted("lesions")) drawLesions(runs[0]);
  if (wanted("shattering")) drawShattered(runs);
  if (wanted("landscape")) drawLandscapes(runs);
}

#include "core/data/shape_painter.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "core/data/shape_outlines.h"

namespace bypath {
namespace {

struct Colour {
  int32_t red, green, blue;
};

Colour operator+(Colour a, Colour b) {
  return {a.red + b.red, a.green + b.green, a.blue + b.blue};
}
Colour grey(int32_t level) {
  return {level, level, level};
}

// a for share 0, b for share 1024.
Colour mixed(Colour a, Colour b, int32_t share) {
  const auto mix = [share](int32_t from, int32_t to) { return from + (((to - from) * share + 512) >> 10); };
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

// Green weighs most, as it does for the eye.
int32_t contrast(Colour a, Colour b) {
  return 2 * std::abs(a.red - b.red) + 4 * std::abs(a.green - b.green) + std::abs(a.blue - b.blue);
}

// The ground shades from the first colour to the second.
constexpr Colour grounds[][2] = {
    {{22, 30, 58}, {52, 72, 116}},      {{56, 30, 72}, {108, 60, 108}},
    {{24, 56, 50}, {58, 104, 78}},      {{58, 68, 82}, {108, 122, 136}},
    {{224, 202, 164}, {244, 230, 204}}, {{190, 210, 222}, {230, 240, 244}},
    {{190, 182, 224}, {228, 222, 246}}, {{168, 216, 196}, {216, 242, 228}},
    {{240, 200, 196}, {252, 230, 222}}, {{88, 62, 48}, {142, 106, 80}},
    {{16, 72, 88}, {46, 120, 130}},     {{104, 108, 60}, {160, 160, 102}},
};

constexpr Colour paints[] = {
    {242, 100, 86},  {248, 146, 56}, {250, 204, 60}, {150, 206, 72}, {44, 170, 110},
    {48, 190, 190},  {80, 160, 240}, {52, 84, 200},  {128, 84, 212}, {214, 72, 162},
    {250, 240, 216}, {36, 36, 48},   {192, 38, 60},
};

// Draws one number after the other out of a key. Two draws never stand in one list of arguments, whose order
// of evaluation is the compiler's choice; between braces it is left to right.
class Dice {
 public:
  explicit Dice(const RandomKey& key) : key_(key) {}
  int32_t between(int32_t lowest, int32_t highest) {
    return lowest +
           static_cast<int32_t>(uniformInteger(key_, next_++, static_cast<uint32_t>(highest - lowest + 1)));
  }
  bool chance(int32_t percentage) { return between(1, 100) <= percentage; }
  int32_t pixels(int32_t lowestTenths, int32_t highestTenths) {  // in units
    return between(lowestTenths * unitsAPixel / 10, highestTenths * unitsAPixel / 10);
  }

 private:
  RandomKey key_;
  uint32_t next_ = 0;
};

// A turn around a centre; cosine and sine are scaled by 2^14.
struct Frame {
  ShapePoint centre;
  int32_t cosine = 16384;
  int32_t sine = 0;
  int32_t stretch = 1024;  // of the first axis, 1024 for none

  ShapePoint inside(ShapePoint point) const {
    const int32_t x = point.x - centre.x, y = point.y - centre.y;
    const int32_t first = (x * cosine + y * sine) >> 14, second = (y * cosine - x * sine) >> 14;
    return {(first * stretch) >> 10, second};
  }
};

// Tilted by up to an eighth of a turn, without a sine of any library: with t = tan(angle / 2), the cosine is
// (1 - t^2) / (1 + t^2) and the sine 2t / (1 + t^2).
Frame tilted(Dice& dice, ShapePoint centre) {
  constexpr int64_t one = 1 << 14;
  constexpr int32_t widest = 6786;  // tan(pi / 8)
  const int64_t t = dice.between(-widest, widest);
  return {.centre = centre,
          .cosine = static_cast<int32_t>((one * one - t * t) * one / (one * one + t * t)),
          .sine = static_cast<int32_t>(2 * t * one * one / (one * one + t * t))};
}

Frame turned(Dice& dice, ShapePoint centre) {  // by any angle
  Frame frame = tilted(dice, centre);
  for (int32_t quarters = dice.between(0, 3); quarters > 0; --quarters)
    frame.cosine = -std::exchange(frame.sine, frame.cosine);
  return frame;
}

// A bar (halfLength > 0) or a dot in front of or behind the shape.
struct Speck {
  Frame frame;
  int32_t halfLength = 0;
  int32_t halfWidth = 0;
  Colour paint{};

  int32_t distance(ShapePoint point) const {
    ShapePoint local = frame.inside(point);
    local.x = std::max(0, std::abs(local.x) - halfLength);
    return lengthOf(local) - halfWidth;
  }
};

constexpr int32_t latticeStep = 8;  // pixels
constexpr int32_t latticeSize = shapeImageSize / latticeStep + 1;

struct Scene {
  const ShapeClass* shape = nullptr;
  Frame frame;
  int32_t radius = 0;
  Colour paint{};
  Colour ground[2]{};
  Frame groundFrame;  // the ground shades along its first axis
  std::array<std::array<int32_t, latticeSize>, latticeSize>
      clouds{};       // slow changes of the ground's brightness
  int32_t grain = 0;  // amplitude of the noise of single pixels
  std::array<Speck, 3> behind;
  int32_t behindCount = 0;
  Speck across;
  bool crossed = false;
};

Colour jittered(Dice& dice, Colour colour, int32_t by) {
  return colour + Colour{dice.between(-by, by), dice.between(-by, by), dice.between(-by, by)};
}

// A paint that stands out from the ground by at least `least`; the palette holds one for every ground.
Colour paintFor(Dice& dice, Colour ground, int32_t least) {
  constexpr auto count = static_cast<int32_t>(std::size(paints));
  const int32_t first = dice.between(0, count - 1);
  int32_t chosen = first;
  for (int32_t tried = 0; tried < count && contrast(paints[chosen], ground) < least; ++tried)
    chosen = (chosen + 1) % count;
  return jittered(dice, paints[chosen], 14);
}

Speck drawSpeck(Dice& dice, ShapePoint centre, int32_t halfLength, int32_t halfWidth, Colour ground) {
  return {turned(dice, centre), halfLength, halfWidth, paintFor(dice, ground, 120)};
}

Scene drawScene(Dice& dice, const ShapeClass& shape) {
  constexpr int32_t middle = shapeImageSize * unitsAPixel / 2;
  constexpr int32_t last = shapeImageSize * unitsAPixel - 1;
  Scene scene;
  scene.shape = &shape;
  const auto& ground = grounds[dice.between(0, static_cast<int32_t>(std::size(grounds)) - 1)];
  scene.ground[0] = jittered(dice, ground[0], 12);
  scene.ground[1] = jittered(dice, ground[1], 12);
  scene.groundFrame = turned(dice, {middle, middle});
  const Colour meanGround = mixed(scene.ground[0], scene.ground[1], 512);
  const int32_t cloudiness = dice.between(6, 26);
  for (auto& row : scene.clouds)
    for (int32_t& level : row) level = dice.between(-cloudiness, cloudiness);
  scene.grain = dice.between(2, 10);

  const ShapePoint centre{middle + dice.pixels(-35, 35), middle + dice.pixels(-35, 35)};
  scene.frame = tilted(dice, centre);
  scene.frame.stretch = dice.between(900, 1150);
  scene.radius = dice.pixels(80, 120);
  scene.paint = paintFor(dice, meanGround, 360);

  scene.behindCount = dice.chance(45) ? dice.between(1, static_cast<int32_t>(scene.behind.size())) : 0;
  for (int32_t i = 0; i < scene.behindCount; ++i) {
    const ShapePoint place{dice.between(0, last), dice.between(0, last)};
    const int32_t halfLength = dice.chance(50) ? dice.pixels(15, 50) : 0;
    scene.behind[static_cast<size_t>(i)] = drawSpeck(dice, place, halfLength, dice.pixels(8, 22), meanGround);
  }
  scene.crossed = dice.chance(25);
  const int32_t reach = scene.radius * 7 / 10;
  const ShapePoint crossing{centre.x + dice.between(-reach, reach), centre.y + dice.between(-reach, reach)};
  const int32_t halfLength = dice.pixels(60, 200);
  scene.across = drawSpeck(dice, crossing, halfLength, dice.pixels(7, 15), meanGround);
  return scene;
}

// Share of a pixel that is inside, 0..1024; `softness` is the width of the edge in units.
int32_t coverage(int32_t distance, int32_t softness) {
  return std::clamp((softness / 2 - distance) * 1024 / softness, 0, 1024);
}

int32_t cloudAt(const Scene& scene, int32_t x, int32_t y) {
  const auto column = static_cast<size_t>(x / latticeStep), row = static_cast<size_t>(y / latticeStep);
  const int32_t right = x % latticeStep, down = y % latticeStep;
  const auto across = [&](const auto& levels) {
    return levels[column] * (latticeStep - right) + levels[column + 1] * right;
  };
  const int32_t sum = across(scene.clouds[row]) * (latticeStep - down) + across(scene.clouds[row + 1]) * down;
  return sum / (latticeStep * latticeStep);
}

Colour groundAt(const Scene& scene, int32_t x, int32_t y, ShapePoint point) {
  // The picture's diagonal spans the whole gradient.
  const int32_t along = scene.groundFrame.inside(point).x / 45 + 512;
  return mixed(scene.ground[0], scene.ground[1], std::clamp(along, 0, 1024)) + grey(cloudAt(scene, x, y));
}

Colour colourAt(const Scene& scene, int32_t x, int32_t y) {
  const ShapePoint point{x * unitsAPixel + unitsAPixel / 2, y * unitsAPixel + unitsAPixel / 2};
  const auto distanceTo = [&](ShapePoint at) {
    return scene.shape->distance(scene.frame.inside(at), scene.radius);
  };
  Colour colour = groundAt(scene, x, y, point);
  for (int32_t i = 0; i < scene.behindCount; ++i) {
    const Speck& speck = scene.behind[static_cast<size_t>(i)];
    colour = mixed(colour, speck.paint, coverage(speck.distance(point), unitsAPixel));
  }
  constexpr int32_t shadowOffset = unitsAPixel * 5 / 4;
  const int32_t shadow =
      coverage(distanceTo({point.x - shadowOffset, point.y - shadowOffset}), 3 * unitsAPixel);
  colour = mixed(colour, {12, 12, 24}, shadow * 3 / 10);
  // Lit from above left.
  const int32_t light =
      -14 * (point.x + point.y - scene.frame.centre.x - scene.frame.centre.y) / scene.radius;
  colour = mixed(colour, scene.paint + grey(light), coverage(distanceTo(point), unitsAPixel));
  if (scene.crossed)
    colour = mixed(colour, scene.across.paint, coverage(scene.across.distance(point), unitsAPixel));
  return colour;
}

}  // namespace

void paintShape(const RandomKey& key, int shapeClass, uint8_t* out) {
  Dice dice(key);
  const Scene scene = drawScene(dice, shapeClasses()[static_cast<size_t>(shapeClass)]);
  RandomKey grainKey = key;
  grainKey.stream ^= streamOf("grain");
  for (int32_t y = 0, pixel = 0; y < shapeImageSize; ++y) {
    for (int32_t x = 0; x < shapeImageSize; ++x, ++pixel) {
      const Colour colour = colourAt(scene, x, y);
      const uint32_t noise = randomWords(grainKey, static_cast<uint32_t>(pixel)).word[0];
      // Two dice a channel: their sum is nearer to a bell than one is.
      const auto level = [&](int32_t value, int shift) {
        const auto first = static_cast<int32_t>((noise >> shift) & 31);
        const auto second = static_cast<int32_t>((noise >> (shift + 5)) & 31);
        return static_cast<uint8_t>(std::clamp(value + (first + second - 31) * scene.grain / 16, 0, 255));
      };
      *out++ = level(colour.red, 0);
      *out++ = level(colour.green, 10);
      *out++ = level(colour.blue, 20);
    }
  }
}

}  // namespace bypath

"""The networks that are timed, as PyTorch has them: same layers, same sizes, same losses as Bypath's templates."""
import torch
import torch.nn.functional as functional
from torch import nn


class BasicBlock(nn.Module):
    """Two 3x3 convolutions; where the size changes, the shortcut is padded with zeros or projected."""

    def __init__(self, before, channels, stride, projects):
        super().__init__()
        self.first = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(channels)
        self.stride, self.added = stride, channels - before
        self.projection = None
        if projects and (stride > 1 or self.added):
            self.projection = nn.Sequential(nn.Conv2d(before, channels, 1, stride, bias=False),
                                            nn.BatchNorm2d(channels))

    def shortcut(self, x):
        if self.projection is not None:
            return self.projection(x)
        if self.stride > 1:
            x = x[:, :, ::self.stride, ::self.stride]
        if self.added:
            x = functional.pad(x, (0, 0, 0, 0, self.added // 2, self.added - self.added // 2))
        return x

    def forward(self, x):
        y = functional.relu(self.first_norm(self.first(x)), inplace=True)
        return functional.relu(self.second_norm(self.second(y)) + self.shortcut(x), inplace=True)


class Classifier(nn.Module):
    def __init__(self, stem, blocks, channels, classes):
        super().__init__()
        self.body = nn.Sequential(*stem, *blocks)
        self.head = nn.Linear(channels, classes)

    def forward(self, images, labels):
        return functional.cross_entropy(self.head(self.body(images).mean((2, 3))), labels)


def unit(before, channels, kernel, stride):
    return [nn.Conv2d(before, channels, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True)]


def cifar_resnet(depth, width):
    blocks, before = [], width
    for stage in range(3):
        for number in range((depth - 2) // 6):
            channels = width << stage
            blocks.append(BasicBlock(before, channels, 2 if stage and not number else 1, False))
            before = channels
    return Classifier(unit(3, width, 3, 1), blocks, before, 10), 32, 10


def imagenet_resnet(depth):
    counts = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}[depth]
    blocks, before = [], 64
    for stage, count in enumerate(counts):
        for number in range(count):
            channels = 64 << stage
            blocks.append(BasicBlock(before, channels, 2 if stage and not number else 1, True))
            before = channels
    return Classifier(unit(3, 64, 7, 2) + [nn.MaxPool2d(3, 2, 1)], blocks, before, 1000), 224, 1000


def keras_norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1 with biases; the stride lies on the first, and on the projection of a stage's first block."""

    def __init__(self, before, narrow, stride, up, projects):
        super().__init__()

        def strided(channels):
            if up and stride > 1:
                return nn.ConvTranspose2d(before, channels, 1, stride, output_padding=stride - 1)
            return nn.Conv2d(before, channels, 1, stride)

        self.branch = nn.Sequential(
            strided(narrow), keras_norm(narrow), nn.ReLU(inplace=True),
            nn.Conv2d(narrow, narrow, 3, 1, 1), keras_norm(narrow), nn.ReLU(inplace=True),
            nn.Conv2d(narrow, 4 * narrow, 1), keras_norm(4 * narrow))
        self.projection = nn.Sequential(strided(4 * narrow), keras_norm(4 * narrow)) if projects else None

    def forward(self, x):
        shortcut = x if self.projection is None else self.projection(x)
        return functional.relu(self.branch(x) + shortcut, inplace=True)


def bottlenecks(before, counts, divisor, up):
    blocks = []
    for stage, count in enumerate(counts):
        narrow = (64 << stage) // divisor
        for number in range(count):
            blocks.append(Bottleneck(before, narrow, 2 if stage and not number else 1, up, not number))
            before = 4 * narrow
    return blocks, before


class Autoencoder(nn.Module):
    latent, intermediate = 256, 1024

    def __init__(self, depth, divisor):
        super().__init__()
        counts = {28: (1, 1, 1, 1), 40: (1, 2, 2, 1), 70: (2, 3, 4, 2), 100: (3, 4, 6, 3)}[depth]
        blocks, channels = bottlenecks(3, counts, divisor, False)
        self.encoder = nn.Sequential(*blocks, nn.Conv2d(channels, self.intermediate, 1),
                                     keras_norm(self.intermediate), nn.Sigmoid(), nn.Flatten())
        self.mean = nn.Linear(16 * self.intermediate, self.latent)
        self.log_variance = nn.Linear(16 * self.intermediate, self.latent)
        self.widen = nn.Sequential(nn.Linear(self.latent, self.intermediate),
                                   nn.BatchNorm1d(self.intermediate, eps=1e-3, momentum=0.01), nn.Sigmoid())
        blocks, channels = bottlenecks(self.intermediate // 16, counts, divisor, True)
        self.decoder = nn.Sequential(*blocks, nn.ConvTranspose2d(channels, 3, 1))

    def forward(self, images, labels):
        code = self.encoder(images)
        mean, log_variance = self.mean(code).float(), self.log_variance(code).float()
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean) if self.training else mean
        wide = self.widen(z).view(-1, self.intermediate // 16, 4, 4)
        logits = self.decoder(wide.contiguous(memory_format=torch.channels_last)).float()
        reconstruction = functional.binary_cross_entropy_with_logits(logits, images, reduction="sum")
        divergence = -0.5 * (1 + log_variance - mean * mean - log_variance.exp()).sum()
        penalty = 0.01 * self.mean.weight.square().sum() + 0.1 * self.log_variance.weight.square().sum()
        return (reconstruction + divergence) / images.shape[0] + penalty


def build(cell):
    """A network with its loss as output, the side of its images, and how many classes it tells apart."""
    network, depth, width = cell["network"], cell["depth"], cell.get("width", 0)
    if network == "resnet":
        return cifar_resnet(depth, width or 16)
    if network == "resnet-imagenet":
        return imagenet_resnet(depth)
    if network == "resnet-vae":
        return Autoencoder(depth, width or 1), 32, 1
    raise ValueError(f"the peer has no {network}")

"""Views per processor second: torchvision's transforms on PIL images. Usage: views_torchvision.py PIXELS COUNT SIZE sas|moco|byol"""
import random
import sys
import time

import numpy as np
import torch
from PIL import Image, ImageFilter
from torchvision import transforms as T

SECONDS = 3.0

path, count, size, recipe = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
torch.set_num_threads(1)
torch.manual_seed(1)
random.seed(1)
pixels = np.fromfile(path, np.uint8).reshape(count, size, size, 3)


def blur(image):
    """MoCo's, SimSiam's and others': Pillow's filter, which is much faster than torchvision's GaussianBlur on PIL images."""
    return image.filter(ImageFilter.GaussianBlur(radius=random.uniform(0.1, 2.0)))


def compose(area, interpolation, saturation, *more):
    return T.Compose([
        T.RandomResizedCrop(size, scale=(area, 1.0), interpolation=interpolation),
        T.RandomHorizontalFlip(),
        T.RandomApply([T.ColorJitter(0.4, 0.4, saturation, 0.1)], p=0.8),
        T.RandomGrayscale(p=0.2),
        *more,
        T.ToTensor(),
        T.Normalize((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
    ])


bilinear, bicubic = T.InterpolationMode.BILINEAR, T.InterpolationMode.BICUBIC
if recipe == "sas":
    first = second = compose(0.08, bicubic, 0.4)
elif recipe == "moco":
    first = second = compose(0.2, bilinear, 0.4, T.RandomApply([blur], p=0.5))
else:
    first = compose(0.08, bicubic, 0.2, blur)
    second = compose(0.08, bicubic, 0.2, T.RandomApply([blur], p=0.1), T.RandomSolarize(128, p=0.2))


def views_per_second(seconds):
    made, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        image = Image.fromarray(pixels[made // 2 % count])
        first(image)
        second(image)
        made += 2
    return made / (time.process_time() - start)


views_per_second(0.5)  # warm up
print(views_per_second(SECONDS))

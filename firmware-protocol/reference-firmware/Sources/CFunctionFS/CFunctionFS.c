#include "CFunctionFS.h"

/* What this processor can do, and whether that is enough for the executable. The numbers of leaves and bits are those of Intel's and AMD's manuals. */
#include "amd64cpufeatures.h"

#include <cpuid.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the operating system keeps for us when it switches threads. */
enum { SAVES_AVX = 0x6, SAVES_AVX512 = 0xe6 };

typedef struct {
  unsigned int a, b, c, d;
} Leaf;

static Leaf leaf(unsigned int number, unsigned int part) {
  Leaf found = {0, 0, 0, 0};
  __get_cpuid_count(number, part, &found.a, &found.b, &found.c, &found.d);
  return found;
}

static unsigned char bit(unsigned int word, int number) { return (word >> number) & 1U; }

static uint64_t saved_registers(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

/* Fields that are not set here count as missing: no code of ours is compiled for them. */
void determineCPUFeatures(CPUFeatures *features) {
  memset(features, 0, sizeof *features);
  const Leaf basic = leaf(1, 0);
  features->fTSC = bit(basic.d, 4);
  features->fCX8 = bit(basic.d, 8);
  features->fCMOV = bit(basic.d, 15);
  features->fFLUSH = bit(basic.d, 19);
  features->fMMX = bit(basic.d, 23);
  features->fFXSR = bit(basic.d, 24);
  features->fSSE = bit(basic.d, 25);
  features->fSSE2 = bit(basic.d, 26);
  features->fHT = bit(basic.d, 28);
  features->fSSE3 = bit(basic.c, 0);
  features->fCLMUL = bit(basic.c, 1);
  features->fSSSE3 = bit(basic.c, 9);
  features->fSSE4_1 = bit(basic.c, 19);
  features->fSSE4_2 = bit(basic.c, 20);
  features->fPOPCNT = bit(basic.c, 23);
  features->fAES = bit(basic.c, 25);
  features->fHV = bit(basic.c, 31);

  const Leaf extended = leaf(0x80000001U, 0);
  features->fLZCNT = bit(extended.c, 5);
  features->fSSE4A = bit(extended.c, 6);
  features->fAMD_3DNOW_PREFETCH = bit(extended.c, 8);
  features->fRDTSCP = bit(extended.d, 27);
  const Leaf power = leaf(0x80000007U, 0);
  features->fTSCINV_BIT = bit(power.d, 8);
  features->fTSCINV = features->fTSC & features->fTSCINV_BIT;

  const Leaf structured = leaf(7, 0);
  features->fBMI1 = bit(structured.b, 3);
  features->fBMI2 = bit(structured.b, 8);
  features->fERMS = bit(structured.b, 9);
  features->fRTM = bit(structured.b, 11);
  features->fADX = bit(structured.b, 19);
  features->fFLUSHOPT = bit(structured.b, 23);
  features->fCLWB = bit(structured.b, 24);
  features->fSHA = bit(structured.b, 29);
  features->fPKU = bit(structured.c, 3);
  features->fOSPKE = bit(structured.c, 4);
  features->fGFNI = bit(structured.c, 8);
  features->fRDPID = bit(structured.c, 22);
  features->fFSRM = bit(structured.d, 4);
  features->fSERIALIZE = bit(structured.d, 14);

  /* Wide registers are of use only where the operating system keeps them. */
  const uint64_t saved = bit(basic.c, 27) ? saved_registers() : 0;
  if ((saved & SAVES_AVX) != SAVES_AVX || !bit(basic.c, 28)) {
    return;
  }
  features->fAVX = 1;
  features->fVZEROUPPER = 1;
  features->fFMA = bit(basic.c, 12);
  features->fF16C = bit(basic.c, 29);
  features->fAVX2 = bit(structured.b, 5);
  if ((saved & SAVES_AVX512) != SAVES_AVX512 || !bit(structured.b, 16)) {
    return;
  }
  features->fAVX512F = 1;
  features->fAVX512DQ = bit(structured.b, 17);
  features->fAVX512_IFMA = bit(structured.b, 21);
  features->fAVX512PF = bit(structured.b, 26);
  features->fAVX512ER = bit(structured.b, 27);
  features->fAVX512CD = bit(structured.b, 28);
  features->fAVX512BW = bit(structured.b, 30);
  features->fAVX512VL = bit(structured.b, 31);
  features->fAVX512_VBMI = bit(structured.c, 1);
  features->fAVX512_VBMI2 = bit(structured.c, 6);
  features->fAVX512_VAES = bit(structured.c, 9);
  features->fAVX512_VPCLMULQDQ = bit(structured.c, 10);
  features->fAVX512_VNNI = bit(structured.c, 11);
  features->fAVX512_BITALG = bit(structured.c, 12);
  features->fAVX512_VPOPCNTDQ = bit(structured.c, 14);
}

/* Returns 0 if the processor can do all that the executable was compiled for. Its mask is of the layout of CPUFeatures, with 0 for what it needs. */
int checkCPUFeatures(unsigned char *mask) {
  CPUFeatures features;
  determineCPUFeatures(&features);
  const unsigned char *found = (const unsigned char *)&features;
  for (size_t i = 0; i < sizeof features; i++) {
    if (mask[i] == 0 && found[i] == 0) {
      return 1;
    }
  }
  return 0;
}

int checkCPUFeaturesOrExit(unsigned char *mask, char *message) {
  if (checkCPUFeatures(mask) != 0) {
    fputs(message, stderr);
    exit(1);
  }
  return 0;
}

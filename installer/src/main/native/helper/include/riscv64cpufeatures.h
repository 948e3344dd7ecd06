/* What a 64-bit RISC-V processor can do. The builder asks for it whatever it builds for. */
#ifndef AGENT_CTL_RISCV64_CPU_FEATURES_H
#define AGENT_CTL_RISCV64_CPU_FEATURES_H

typedef struct {
  unsigned char fI;
  unsigned char fM;
  unsigned char fA;
  unsigned char fF;
  unsigned char fD;
  unsigned char fC;
  unsigned char fV;
} CPUFeatures;

#endif

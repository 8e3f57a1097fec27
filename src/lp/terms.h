// terms.h -- the terms whose sum is the utility, as the bound's program books them.
#ifndef SW_LP_TERMS_H
#define SW_LP_TERMS_H

typedef enum sw_term {
    SW_TERM_REVENUE,
    SW_TERM_ENERGY, // bought less sold
    SW_TERM_OVERLOAD,
    SW_TERM_WEAR,
    SW_TERM_SETTLEMENT,
    SW_TERM_CARBON,
    SW_TERM_OVERHEAT,
    SW_TERM_TRANSFER,
    SW_TERM_LATE,
    SW_TERM_FACE, // no part of the utility: revenue if what was served on time had quality 1
    SW_N_TERM
} sw_term;

#endif

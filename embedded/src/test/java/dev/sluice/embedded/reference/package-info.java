/** The pages of docs/reference, printed from the code and compared with those in the checkout. */
package dev.sluice.embedded.reference;

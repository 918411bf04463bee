/** An amount in USD for people; what is below a cent is not nothing. */
export const usd = (amount: number): string =>
  amount > 0 && amount < 0.01 ? '< $0.01' : `$${amount.toFixed(2)}`;

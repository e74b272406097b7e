namespace GrpoMonteCarlo.Kernels;

/// <summary>Compares every digit with every bound: the specification of the other widths.</summary>
internal sealed class DigitCounterScalar : IDigitCounter
{
    // From here on a tally is faster.
    private const int FewComparisons = 256;

    public void AddBelow(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> bounds, Span<long> below)
    {
        if ((long)digits.Length * bounds.Length > FewComparisons)
        {
            DigitCounter.AddTally(digits, bounds, below);
            return;
        }

        foreach (byte bound in bounds)
        {
            foreach (byte digit in digits)
            {
                below[bound] += digit < bound ? 1 : 0;
            }
        }
    }

    public bool CountBelow(ReadOnlySpan<ushort> digits, ReadOnlySpan<ushort> bounds, Span<int> below)
    {
        int equal = 0;
        for (int i = 0; i < bounds.Length; i++)
        {
            int bound = bounds[i], n = 0;
            foreach (ushort digit in digits)
            {
                n += digit < bound ? 1 : 0;
                equal += digit == bound ? 1 : 0;
            }

            below[i] = n;
        }

        return equal > 0;
    }
}

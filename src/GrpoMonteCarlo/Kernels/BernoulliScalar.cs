namespace GrpoMonteCarlo.Kernels;

/// <summary>Lazy comparison with q, 64 lanes at a time: the specification of the other widths.</summary>
internal sealed class BernoulliScalar : IBernoulli
{
    public int Draw(RareProbability q, ReadOnlySpan<ulong> planes, int lanes, Span<ulong> rollouts, out int planesUsed)
    {
        int blocks = Bernoulli.Blocks(lanes);
        int available = planes.Length / Bernoulli.BlockWords;
        Span<ulong> undecided = stackalloc ulong[Bernoulli.BlockWords];
        planesUsed = 0;
        for (int block = 0; block < blocks; block++)
        {
            Span<ulong> rare = rollouts.Slice(block * Bernoulli.BlockWords, Bernoulli.BlockWords);
            Bernoulli.SetValid(lanes - (block * Bernoulli.BlockLanes), undecided);
            rare.Clear();
            int plane = planesUsed;
            for (int digit = 1; digit <= q.LastDigit && undecided.ContainsAnyExcept(0UL); digit++, plane++)
            {
                if (plane == available)
                {
                    return block;
                }

                Compare(IsOne(q, digit), planes.Slice(plane * Bernoulli.BlockWords, Bernoulli.BlockWords), undecided, rare);
            }

            planesUsed = plane;
        }

        return blocks;
    }

    // Digit 1 is q's first after the point. m's lowest bit is digit e, its highest digit e - 31.
    private static bool IsOne(RareProbability q, int digit) =>
        digit > q.LeadingZeros && (q.Mantissa >> (q.Exponent - digit) & 1) != 0;

    private static void Compare(bool digitIsOne, ReadOnlySpan<ulong> plane, Span<ulong> undecided, Span<ulong> rare)
    {
        for (int word = 0; word < plane.Length; word++)
        {
            if (digitIsOne)
            {
                rare[word] |= undecided[word] & ~plane[word];
                undecided[word] &= plane[word];
            }
            else
            {
                undecided[word] &= ~plane[word];
            }
        }
    }
}

namespace GrpoMonteCarlo.Random;

/// <summary>Philox4x32-10, one call at a time: the specification of the other widths.</summary>
internal sealed class PhiloxScalar : IPhilox
{
    public void Fill(StreamKey key, UInt128 counter, Span<ulong> planes)
    {
        Philox.ThrowIfNotBatches(counter, planes);
        planes.Clear();
        for (int start = 0; start < planes.Length; start += Philox.BatchWords)
        {
            Span<ulong> batch = planes.Slice(start, Philox.BatchWords);
            for (int i = 0; i < Philox.BatchCalls; i++, counter++)
            {
                // Call i owns the 32 lanes from 32i on: a half of word i / 2 of each plane.
                (uint y0, uint y1, uint y2, uint y3) = Call(key, counter);
                int word = i / 2;
                int shift = 32 * (i % 2);
                batch[word] |= (ulong)y0 << shift;
                batch[Philox.PlaneWords + word] |= (ulong)y1 << shift;
                batch[(2 * Philox.PlaneWords) + word] |= (ulong)y2 << shift;
                batch[(3 * Philox.PlaneWords) + word] |= (ulong)y3 << shift;
            }
        }
    }

    private static (uint Y0, uint Y1, uint Y2, uint Y3) Call(StreamKey key, UInt128 counter)
    {
        uint x0 = (uint)counter, x1 = (uint)(counter >> 32), x2 = (uint)(counter >> 64), x3 = (uint)(counter >> 96);
        (uint k0, uint k1) = key;
        for (int round = 0; round < Philox.Rounds; round++)
        {
            ulong product0 = (ulong)Philox.M0 * x0;
            ulong product1 = (ulong)Philox.M1 * x2;
            x0 = (uint)(product1 >> 32) ^ x1 ^ k0;
            x1 = (uint)product1;
            x2 = (uint)(product0 >> 32) ^ x3 ^ k1;
            x3 = (uint)product0;
            k0 += Philox.W0;
            k1 += Philox.W1;
        }

        return (x0, x1, x2, x3);
    }
}

namespace GrpoMonteCarlo.Random;

/// <summary>Philox4x32-10 (Salmon et al., SC 2011), turned into bit planes.</summary>
internal interface IPhilox
{
    /// <summary>
    /// Fills whole batches of bit planes, 512 lanes a plane. A batch is <see cref="Philox.BatchCalls"/> calls of Philox
    /// at consecutive counters: its plane w holds, at lanes 32i .. 32i+31 and least significant bit first, output word w
    /// of call i. Lane l is bit l % 64 of the plane's word l / 64.
    /// </summary>
    /// <param name="key">The stream's key.</param>
    /// <param name="counter">The counter of the first call, a multiple of <see cref="Philox.BatchCalls"/>.</param>
    /// <param name="planes">A multiple of <see cref="Philox.BatchWords"/> words.</param>
    public void Fill(StreamKey key, UInt128 counter, Span<ulong> planes);
}

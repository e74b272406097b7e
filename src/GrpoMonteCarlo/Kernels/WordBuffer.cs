using System.Runtime.CompilerServices;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// The random words of one address, one after another: word i is 64-bit word i % 32 of the address's batch i / 32, in the
/// order in which <see cref="IPhilox.Fill"/> lays a batch out. How far ahead they are drawn never changes a word.
/// </summary>
internal sealed class WordBuffer(InstructionSet isa)
{
    // The widest Philox draws two batches in the time of one.
    private const int Batches = 2;
    private const int Capacity = Batches * Philox.BatchWords;

    // Below 2^-24 a uniform takes a second word.
    private const ulong Fine = 1UL << 40;

    private const double TwoToMinus63 = 1.0 / (1UL << 63);
    private const double TwoToMinus64 = TwoToMinus63 / 2;
    private const double TwoToMinus127 = TwoToMinus63 * TwoToMinus64;

    private readonly IPhilox _philox = Philox.For(isa);
    private readonly ulong[] _words = new ulong[Capacity];
    private StreamKey _key;
    private StreamAddress _address;
    private long _batch;
    private int _next;

    /// <summary>Goes to the first word of an address.</summary>
    public void Begin(StreamKey key, StreamAddress address)
    {
        _key = key;
        _address = address;
        _batch = 0;
        _next = Capacity;
    }

    /// <summary>The next word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        if (_next >= Capacity)
        {
            Refill();
        }

        return _words[_next++];
    }

    /// <summary>A uniform on [0, 1] from one word, in steps of 2^-63, rounded to a double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextUniform() => (long)(Next() >> 1) * TwoToMinus63;

    /// <summary>
    /// A uniform on [0, 1] that is below t with probability t (1 + d), |d| &lt; 2^-38, however small t is: one word, or two
    /// where the first is below 2^40 of 2^64.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextFineUniform()
    {
        ulong word = Next();
        return word >= Fine ? (long)(word >> 1) * TwoToMinus63 : Refined(word);
    }

    private double Refined(ulong word) => ((long)word * TwoToMinus64) + ((long)(Next() >> 1) * TwoToMinus127);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Refill()
    {
        _philox.Fill(_key, _address.Counter(_batch), _words);
        _batch += Batches;
        _next = 0;
    }
}

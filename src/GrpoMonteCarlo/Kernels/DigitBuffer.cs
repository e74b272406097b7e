using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// The random bytes of one address, in order: byte i is byte i % 8, lowest first, of word i / 8 of the address's planes.
/// How far ahead they are drawn never changes one.
/// </summary>
internal sealed class DigitBuffer(IPhilox philox)
{
    /// <summary>The most pairs of bytes that can be taken at once.</summary>
    public const int MaxPairs = CapacityBatches * BatchBytes / sizeof(ushort);

    private const int CapacityBatches = 64, BatchBytes = Philox.BatchWords * sizeof(ulong);

    private readonly ulong[] _words = new ulong[CapacityBatches * Philox.BatchWords];
    private StreamKey _key;
    private StreamAddress _address;
    private bool _inverted;
    private long _batch;
    private int _start;
    private int _end;

    /// <summary>Goes to the first byte of an address.</summary>
    /// <param name="key">The stream.</param>
    /// <param name="address">The update's place in it.</param>
    /// <param name="inverted">Whether every bit is inverted: 1-U in the place of U.</param>
    public void Begin(StreamKey key, StreamAddress address, bool inverted)
    {
        _key = key;
        _address = address;
        _inverted = inverted;
        _batch = 0;
        _start = 0;
        _end = 0;
    }

    /// <summary>Takes the next bytes: as many as are there, at least one.</summary>
    /// <param name="most">At most so many.</param>
    /// <param name="needed">How many will be taken in all, as far as is known; at least <paramref name="most"/>.</param>
    public ReadOnlySpan<byte> Take(long most, long needed)
    {
        if (_start == _end)
        {
            Refill(needed);
        }

        int length = (int)Math.Min(most, _end - _start);
        ReadOnlySpan<byte> digits = MemoryMarshal.AsBytes(_words.AsSpan()).Slice(_start, length);
        _start += length;
        return digits;
    }

    /// <summary>Takes an address's first bytes in pairs, the lower one first: all that are asked for.</summary>
    /// <param name="count">At most <see cref="MaxPairs"/>.</param>
    public ReadOnlySpan<ushort> TakeFirstPairs(int count)
    {
        // Nothing more: few updates take another byte.
        Fill(((count * sizeof(ushort)) + BatchBytes - 1) / BatchBytes);
        _start = count * sizeof(ushort);
        return MemoryMarshal.Cast<ulong, ushort>(_words)[..count];
    }

    private void Refill(long needed)
    {
        // With a guess of what later digits will need.
        Fill((int)Math.Min(CapacityBatches, (needed + (needed / 8) + BatchBytes - 1) / BatchBytes));
    }

    private void Fill(int batches)
    {
        Span<ulong> words = _words.AsSpan(0, batches * Philox.BatchWords);
        philox.Fill(_key, _address.Counter(_batch), words);
        if (_inverted)
        {
            TensorPrimitives.OnesComplement(words, words);
        }

        _batch += batches;
        _start = 0;
        _end = batches * BatchBytes;
    }
}

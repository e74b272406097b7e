using System.Numerics.Tensors;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// The bit planes of one address, in order, a few kilobytes ahead. How far ahead never changes a plane: its index
/// within the address decides what it is.
/// </summary>
internal sealed class PlaneBuffer(InstructionSet isa)
{
    private const int Capacity = 64 * Philox.BatchWords;

    private readonly IPhilox _philox = Philox.For(isa);
    private readonly ulong[] _words = new ulong[Capacity];
    private StreamKey _key;
    private StreamAddress _address;
    private bool _inverted;
    private long _batch;
    private int _start;
    private int _end;

    /// <summary>The next planes, <see cref="Philox.PlaneWords"/> words each; possibly none.</summary>
    public ReadOnlySpan<ulong> Planes => _words.AsSpan(_start, _end - _start);

    /// <summary>Goes to the first plane of an address.</summary>
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

    /// <summary>Drops the first planes, which have been used.</summary>
    public void Skip(int planes) => _start += planes * Philox.PlaneWords;

    /// <summary>Draws more planes: a batch at least, and as far as there is room up to what will be needed in all.</summary>
    /// <param name="needed">How many planes, those that are there included, the rest of the update will probably take.</param>
    public void Refill(double needed)
    {
        Planes.CopyTo(_words);
        _end -= _start;
        _start = 0;
        int room = (Capacity - _end) / Philox.BatchWords;
        double missing = Math.Ceiling((needed - (_end / Philox.PlaneWords)) / Philox.BatchPlanes);
        int batches = Math.Min(room, (int)Math.Clamp(missing, 1, Capacity));
        if (batches == 0)
        {
            // 512 lanes, undecided after hundreds of fair bits each: this does not happen.
            throw new InvalidOperationException("A block took more planes than the buffer holds.");
        }

        Span<ulong> free = _words.AsSpan(_end, batches * Philox.BatchWords);
        _philox.Fill(_key, _address.Counter(_batch), free);
        if (_inverted)
        {
            TensorPrimitives.OnesComplement(free, free);
        }

        _batch += batches;
        _end += free.Length;
    }
}

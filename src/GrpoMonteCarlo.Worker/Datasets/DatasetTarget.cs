using System.Security.Cryptography;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>Where datasets are written.</summary>
internal abstract class DatasetTarget
{
    /// <summary>Writes a file, whole or not at all.</summary>
    public abstract void Write(string name, Action<Stream> write);

    /// <summary>Sees to it that there is no such file.</summary>
    public abstract void Delete(string name);

    /// <summary>A file that was written, as the manifest lists it.</summary>
    public abstract DatasetFile Describe(string name, long rows);
}

/// <summary>A folder.</summary>
internal sealed class DatasetFolder(string path) : DatasetTarget
{
    public override void Write(string name, Action<Stream> write) => AtomicFile.Write(Path.Combine(path, name), write);

    public override void Delete(string name) => File.Delete(Path.Combine(path, name));

    public override DatasetFile Describe(string name, long rows)
    {
        using FileStream stream = File.OpenRead(Path.Combine(path, name));
        return new DatasetFile(name, rows, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}

/// <summary>Nowhere: of the files only their sizes and hashes are kept.</summary>
internal sealed class DatasetHashes : DatasetTarget
{
    private readonly Dictionary<string, (long Bytes, string Sha256)> _written = [];

    public override void Write(string name, Action<Stream> write)
    {
        using var stream = new HashingStream();
        write(stream);
        _written[name] = (stream.Length, stream.Hash());
    }

    public override void Delete(string name)
    {
    }

    public override DatasetFile Describe(string name, long rows) => new(name, rows, _written[name].Bytes, _written[name].Sha256);

    // Takes bytes and forgets them.
    private sealed class HashingStream : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public string Hash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _hash.AppendData(buffer);
            _length += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}

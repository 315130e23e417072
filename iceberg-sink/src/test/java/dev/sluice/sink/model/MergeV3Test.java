package dev.sluice.sink.model;

class MergeV3Test implements MergeContract {
    @Override
    public int formatVersion() {
        return 3;
    }
}
